"""Machines, and how they get their tokens."""

import base64
import urllib.parse
from typing import Any, NamedTuple

from auth import create_client, issue_client_token
from tests.unit.auth.conftest import answered


class Machine(NamedTuple):
    """What an administrator gets of a new machine."""

    client_id: str
    client_secret: str


def add_machine(*roles: str, tenant: str = "acme", name: str = "Nightly claims") -> Machine:
    """A new machine, made through the API."""
    answer = answered(create_client.handler, "create_client", body={"name": name, "roles": roles}, tenant=tenant)
    assert answer["statusCode"] == 201, answer["body"]
    return Machine(answer["json"]["client_id"], answer["json"]["client_secret"])


def token_answer(machine: Machine, **form: str | None) -> dict[str, Any]:
    """The answer to a machine that asks for a token, with changes of the form; None leaves a parameter out."""
    full = {"grant_type": "client_credentials", **machine._asdict(), **form}
    body = urllib.parse.urlencode({name: text for name, text in full.items() if text is not None})
    return answered(issue_client_token.handler, "issue_client_token", body=body)


def token_of(machine: Machine) -> str:
    """A new token of a machine."""
    answer = token_answer(machine)
    assert answer["statusCode"] == 200, answer["body"]
    return str(answer["json"]["access_token"])


def basic(machine: Machine) -> str:
    """A header Authorization."""
    text = ":".join(map(urllib.parse.quote_plus, machine))
    return f"Basic {base64.b64encode(text.encode()).decode()}"
