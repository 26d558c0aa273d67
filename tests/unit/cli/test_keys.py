"""`payerworks keys`: calls of a function with IAM rights, without the API."""

import io
import json
from pathlib import Path
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from payerworks_cli.command_line import app
from tests.unit.cli.conftest import printed, run

KEY = {"kid": "k-1", "state": "signing", "signs_from": "2026-11-28T10:00:00.5+00:00", "ends": None}
FAILURE = {"errorMessage": "ConnectionError: no KMS"}


class Lambda:
    """What the function was called with; `answer` is what it answers."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.answer: Any = {"keys": [KEY]}
        self.fails = False

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        assert (operation, arguments["FunctionName"]) == ("Invoke", "stack-RotateTokenKeys-1")
        if isinstance(self.answer, Exception):
            raise self.answer
        self.calls.append(json.loads(arguments["Payload"]))
        failed = {"FunctionError": "Unhandled"} if self.fails else {}
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode())} | failed


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    function = Lambda()
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", function.call)
    return function


@pytest.fixture
def stack_dir(tmp_path: Path) -> Path:
    outputs = {"api_url": "http://127.0.0.1:9", "intake_bucket": "b", "region": "us-east-1"}
    outputs |= {"access_key_id": "test", "secret_access_key": "test"}
    outputs |= {"functions": {"RotateTokenKeys": "stack-RotateTokenKeys-1"}}
    outputs |= {"admin": {"email": "admin@example.com", "password": "not-a-real-password"}}
    (tmp_path / "outputs.json").write_text(json.dumps(outputs))
    return tmp_path


@pytest.mark.parametrize(
    ("words", "event"),
    [("list", {"list": True}), ("rotate", {}), ("rotate --now", {"now": True})],
)
def test_keys_are_listed_and_rotated(function: Lambda, stack_dir: Path, words: str, event: Any) -> None:
    said = printed(run(stack_dir, "keys", *words.split()))
    assert function.calls == [event]
    assert [line.split() for line in said.splitlines()] == [
        ["key", "state", "signs", "from", "ends"],
        ["k-1", "signing", "2026-11-28T10:00:00Z", "–"],
    ]
    assert json.loads(printed(run(stack_dir, "keys", *words.split(), "--json"))) == {"items": [KEY]}


def test_what_keeps_the_keys_from_being_rotated_is_told(function: Lambda, stack_dir: Path) -> None:
    function.answer = ClientError({"Error": {"Code": "AccessDeniedException"}}, "Invoke")
    denied = run(stack_dir, "keys", "rotate").stderr
    assert "The function RotateTokenKeys could not be called: AWS refuses it (AccessDeniedException)." in denied
    function.answer, function.fails = FAILURE, True
    assert "RotateTokenKeys failed (ConnectionError: no KMS)." in run(stack_dir, "keys", "rotate").stderr
    outputs = json.loads((stack_dir / "outputs.json").read_text()) | {"functions": {}}
    (stack_dir / "outputs.json").write_text(json.dumps(outputs))
    assert "outputs.json names no function RotateTokenKeys" in run(stack_dir, "keys", "list").stderr


def test_keys_need_aws_itself(stack_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYERWORKS_URL", "https://api.example.com")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(stack_dir))
    monkeypatch.chdir(stack_dir)
    result = CliRunner().invoke(app, ["keys", "list"])
    assert (result.exit_code, "needs AWS itself" in result.stderr) == (2, True)
