"""`payerworks keys`: calls of a function with IAM rights, without the API."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import botocore.client
import botocore.session
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from auth import rotate_token_keys
from auth.tokens.key_rotation import OVERLAP_SECONDS, WAIT_SECONDS, RotationRefused
from payerworks_cli.command_line import app
from payerworks_cli.shown_values import second
from tests.unit.cli.conftest import printed, run

Clock = Callable[[float], None]

_call = botocore.client.BaseClient._make_api_call


def _invoke(caller: botocore.client.BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
    """Lambda's answer to a call of the real function; all other calls of AWS are as they were."""
    if operation != "Invoke":
        return _call(caller, operation, arguments)
    assert arguments["FunctionName"] == "stack-RotateTokenKeys-1"
    failed = {}
    try:
        # What the function prints is its log, and no output of the command.
        with redirect_stdout(io.StringIO()):
            answer = rotate_token_keys.handler(json.loads(arguments["Payload"]), None)
    except RotationRefused as error:
        answer = {"errorMessage": str(error), "errorType": "RotationRefused"}
        failed = {"FunctionError": "Unhandled"}
    return {"Payload": io.BytesIO(json.dumps(answer).encode()), **failed}


@pytest.fixture
def stack_dir(aws: botocore.session.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a stack whose functions can be called."""
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", _invoke)
    outputs = {"api_url": "http://127.0.0.1:9", "intake_bucket": "b", "region": "us-east-1"}
    outputs |= {"access_key_id": "test", "secret_access_key": "test"}
    outputs |= {"functions": {"RotateTokenKeys": "stack-RotateTokenKeys-1"}}
    outputs |= {"admin": {"email": "admin@example.com", "password": "not-a-real-password"}}
    (tmp_path / "outputs.json").write_text(json.dumps(outputs))
    return tmp_path


def listed_keys() -> list[dict[str, Any]]:
    """The keys as the function lists them."""
    listed: list[dict[str, Any]] = rotate_token_keys.handler({"list": True}, None)["keys"]
    return listed


def keys(stack_dir: Path, *words: str) -> list[list[str]]:
    """The keys in a command's table, after a look whether --json lists them as the function does."""
    lines = printed(run(stack_dir, "keys", *words)).splitlines()
    assert json.loads(printed(run(stack_dir, "keys", "list", "--json"))) == {"items": listed_keys()}
    assert lines[0].split() == ["key", "state", "signs", "from", "ends"]
    return [line.split() for line in lines[1:]]


def test_a_new_key_waits_and_then_signs(stack_dir: Path, clock: Clock) -> None:
    [[first, *_]] = keys(stack_dir, "list")
    new, old = keys(stack_dir, "rotate")
    assert [new[1], *old[:2]] == ["waits", first, "signs"]
    clock(WAIT_SECONDS)
    listed = listed_keys()
    assert keys(stack_dir, "list") == [
        [new[0], "signs", second(listed[0]["signs_from"]), "–"],
        [first, "verifies", second(listed[1]["signs_from"]), second(listed[1]["ends"])],
    ]
    clock(OVERLAP_SECONDS)
    assert [key[1] for key in keys(stack_dir, "list")] == ["signs", "ended"]


def test_a_key_that_leaked_ends_at_once(stack_dir: Path, clock: Clock) -> None:
    keys(stack_dir, "rotate")
    assert [key[1] for key in keys(stack_dir, "rotate", "--now")] == ["signs", "ended", "ended"]


def test_a_rotation_that_is_refused_says_until_when(stack_dir: Path, clock: Clock) -> None:
    keys(stack_dir, "rotate")
    before = listed_keys()
    refused = run(stack_dir, "keys", "rotate")
    sentence = f"A new key waits until {before[0]['signs_from']}; rotate again after that."
    assert (refused.exit_code, refused.stderr) == (1, f"Error: RotateTokenKeys failed ({sentence}).\n")
    assert listed_keys() == before


def test_what_keeps_the_function_from_being_called_is_told(stack_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # AWS refuses the call before it reaches the function.
    def deny(*_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "Invoke")

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", deny)
    denied = run(stack_dir, "keys", "rotate").stderr
    assert "The function RotateTokenKeys could not be called: AWS refuses it (AccessDeniedException)." in denied
    outputs = json.loads((stack_dir / "outputs.json").read_text()) | {"functions": {}}
    (stack_dir / "outputs.json").write_text(json.dumps(outputs))
    assert "outputs.json names no function RotateTokenKeys" in run(stack_dir, "keys", "list").stderr


@pytest.mark.usefixtures("home")
def test_keys_need_aws_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYERWORKS_URL", "https://api.example.com")
    result = CliRunner().invoke(app, ["keys", "list"])
    assert (result.exit_code, "needs AWS itself" in result.stderr) == (2, True)
