"""People who log in by the command, each on a machine with nothing in its configuration."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from payerworks_cli.api import Api
from payerworks_cli.command_line import app
from payerworks_cli.profiles import profile_path
from payerworks_cli.target import Target, find_deployment
from tests.unit.cli.service import ADMIN, API, Service


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's configuration with nothing in it."""
    for name in ("STACK", "PAYERWORKS_URL", "PAYERWORKS_PROFILE", "PAYERWORKS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


def payerworks(*arguments: str, typed: str | None = None) -> Result:
    """Run a command; `typed` is its standard input."""
    return CliRunner().invoke(app, arguments, input=typed)


def log_in(
    name: str = "default", *options: str, email: str = ADMIN["email"], password: str = ADMIN["password"]
) -> Result:
    """Log in to a profile: the administrator, if nobody else is named."""
    words = ("login", "--api-url", API, "--email", email, "--profile", name, *options)
    return payerworks(*words, typed=f"{password}\n")


def profile(name: str = "default") -> dict[str, Any]:
    """What is stored of a login."""
    content: dict[str, Any] = json.loads(profile_path(name).read_text())
    return content


def change_profile(name: str = "default", **members: str) -> None:
    """Change what is stored of a login."""
    profile_path(name).write_text(json.dumps(profile(name) | members))


def api_of(name: str = "default") -> Api:
    """The API as a running command calls it, which read its profile a while ago."""
    api = Api(find_deployment(Target(profile=name)))
    api.log_in()
    return api


def lives(token: str, service: Service) -> bool:
    """Whether the service still takes an access token."""
    headers = {"Authorization": f"Bearer {token}"}
    request = httpx.Request("GET", f"{API}/auth/session/validate", headers=headers)
    return service.handle(request).status_code == 200
