"""The command is tried against a stand-in for the service, a real server on loopback."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from payerworks_cli.command_line import app
from tests.unit.cli.fake_service import FakeService, serving


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for all unit tests, but loopback is open."""
    connect = socket.socket.connect

    def connect_to_loopback(self: socket.socket, address: Any) -> None:
        assert address[0] in ("127.0.0.1", "::1", "localhost"), "a unit test opened a connection to elsewhere"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_to_loopback)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    """The stand-in, with nothing in it but its queues; it is done with all at the second look, so that comes soon."""
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.01)))
    with serving(FakeService()) as service:
        yield service


@pytest.fixture
def stack_dir(service: FakeService, tmp_path: Path) -> Path:
    """The stack's folder, with what the stand-in's outputs.json says and nothing else."""
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / "outputs.json").write_text(json.dumps(service.outputs()), encoding="utf-8")
    return folder


def run(stack_dir: Path, *arguments: str | Path) -> Result:
    """Run a command against the stack of a folder."""
    return CliRunner().invoke(app, [*map(str, arguments), "--stack-dir", str(stack_dir)])


def printed(result: Result) -> str:
    """What a command that went well has printed."""
    assert result.exit_code == 0, result.output
    return result.stdout
