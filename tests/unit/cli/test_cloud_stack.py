"""A deployment on AWS: its first administrator, and a profile made from its stack's outputs."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError
from click.testing import Result
from typer.testing import CliRunner

from auth import create_first_admin, rotate_token_keys
from payerworks_cli.command_line import app
from tests.unit.cli.conftest import printed
from tests.unit.cli.logins import payerworks, profile
from tests.unit.cli.service import ADMIN, API

pytestmark = pytest.mark.usefixtures("home", "service")

OUTPUTS = {
    "ApiUrl": API,
    "CreateFirstAdminName": "stack-CreateFirstAdmin-1",
    "RotateTokenKeysName": "stack-RotateTokenKeys-1",
}
FUNCTIONS: dict[str, Callable[[dict[str, Any], object], Any]] = {
    "stack-CreateFirstAdmin-1": create_first_admin.handler,
    "stack-RotateTokenKeys-1": rotate_token_keys.handler,
}
NEW = "new-admin@example.com"
PASSWORD = "a long enough passphrase"

_call = botocore.client.BaseClient._make_api_call


def _answer(caller: botocore.client.BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
    """CloudFormation's and Lambda's answers; all other calls of AWS are as they were."""
    if operation == "DescribeStacks":
        if arguments["StackName"] != "payerworks-prod":
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, operation)
        return {"Stacks": [{"Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()]}]}
    if operation == "Invoke":
        with redirect_stdout(io.StringIO()):
            done = FUNCTIONS[arguments["FunctionName"]](json.loads(arguments["Payload"]), None)
        return {"Payload": io.BytesIO(json.dumps(done).encode())}
    return _call(caller, operation, arguments)


@pytest.fixture(autouse=True)
def _on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", _answer)


def _first_admin(stack: str = "payerworks-prod") -> Result:
    return CliRunner().invoke(app, ["first-admin", NEW, "--cloudformation", stack], input=f"{PASSWORD}\n")


def test_the_first_administrator_is_made_once() -> None:
    assert f"{NEW} is an administrator of {API}" in printed(_first_admin())
    again = _first_admin()
    assert again.exit_code == 1
    assert "is a user already; nothing was changed" in again.stderr
    assert PASSWORD not in again.output


def test_a_stack_that_is_not_there_is_named() -> None:
    told = _first_admin("other")
    assert told.exit_code == 1
    assert "The outputs of the stack other cannot be read: AWS refuses it (ValidationError)" in told.stderr


def test_a_profile_made_from_a_stack_knows_its_api_and_its_functions() -> None:
    words = ["login", "--profile", "prod", "--cloudformation", "payerworks-prod", "--email", ADMIN["email"]]
    printed(CliRunner().invoke(app, words, input=f"{ADMIN['password']}\n"))
    assert profile("prod")["api_url"] == API
    assert "0 claims" in printed(payerworks("claims", "list", "--profile", "prod"))
    assert json.loads(printed(payerworks("keys", "list", "--profile", "prod", "--json")))["items"]


def test_a_profile_without_a_stack_cannot_call_aws() -> None:
    words = ["login", "--profile", "plain", "--api-url", API, "--email", ADMIN["email"]]
    printed(CliRunner().invoke(app, words, input=f"{ADMIN['password']}\n"))
    told = payerworks("keys", "list", "--profile", "plain")
    assert told.exit_code == 2
    assert "--profile a login that was made with --cloudformation" in " ".join(told.stderr.split())
