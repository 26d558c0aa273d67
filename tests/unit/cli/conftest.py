"""The command runs against the real handlers in process."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from moto.dynamodb.models import DynamoDBBackend
from typer.testing import CliRunner, Result

from payerworks_cli.api import Api
from payerworks_cli.command_line import app
from payerworks_cli.stack_outputs import Stack
from tests.unit.auth.conftest import clock as clock
from tests.unit.cli.logins import home as home
from tests.unit.cli.service import Service
from tests.unit.intake.conftest import insert_batch
from tests.unit.ops.conftest import put as put


@pytest.fixture(autouse=True)
def on_path(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell finds the command by its name."""
    program = tmp_path_factory.mktemp("bin") / "payerworks"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)


@pytest.fixture
def service(opensearch: Any, environment: Any, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service with an administrator and nothing else, which works while the command waits."""
    environment(PAYMENT_PROCESSOR="sandbox", MESSAGE_TRIES="8")
    monkeypatch.setattr(DynamoDBBackend, "batch_execute_statement", insert_batch)
    service = Service()
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: service.handle(request))
    monkeypatch.setattr(time, "sleep", service.sleep)
    return service


@pytest.fixture
def stack_dir(service: Service, tmp_path: Path) -> Path:
    """The stack's folder, with its outputs.json."""
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / "outputs.json").write_text(json.dumps(service.outputs()), encoding="utf-8")
    return folder


@pytest.fixture
def api(service: Service) -> Iterator[Api]:
    """The API as the command's own client calls it."""
    with Api(Stack.model_validate(service.outputs()).deployment) as api:
        api.log_in()
        yield api


def run(stack_dir: Path, *arguments: str | Path) -> Result:
    """Run a command against the stack of a folder."""
    return CliRunner().invoke(app, [*map(str, arguments), "--stack-dir", str(stack_dir)])


def printed(result: Result) -> str:
    """What a successful command printed."""
    assert result.exit_code == 0, result.output
    return result.stdout
