"""The command as a process: what it does with pipes, signals and passwords."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.unit.conftest import ROOT

PASSWORD = "not-a-real-password"
CLAIM = {"service_date": "2025-03-03", "submitted_procedure": "D0180", "provider_npi": "1234567893", "status": "void"}
SECONDS = 60


class StubApi(ThreadingHTTPServer):
    """An API that knows one login and ten thousand claims; a list of jobs never comes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked_for_jobs = threading.Event()
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: StubApi

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        correct = sent["password"] == PASSWORD
        tokens = {"access_token": "the-token", "refresh_token": "the-other", "expires_in": 3600}
        self._answer(200 if correct else 401, tokens)

    def do_GET(self) -> None:
        if self.path.startswith("/ingest"):
            self.server.asked_for_jobs.set()
            self.server.closing.wait(SECONDS)
        claims = [{"id": f"{number:032}", "net_fee": 1, **CLAIM} for number in range(10_000)]
        self._answer(200, {"items": claims})

    def _answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def stub() -> Iterator[StubApi]:
    server = StubApi()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    paths = os.pathsep.join(str(ROOT / name) for name in ("cli",))
    return kept | {"HOME": str(tmp_path), "PYTHONPATH": paths, "PAYERWORKS_TOKEN": "t", "TERM": "xterm"}


def start(environment: dict[str, str], *arguments: str, **streams: Any) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "payerworks_cli", *arguments]

    def hear_ctrl_c() -> None:
        # A shell lets its background processes, and so those of the tests, ignore it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    options = {"start_new_session": True, "preexec_fn": hear_ctrl_c} | streams
    return subprocess.Popen(command, env=environment, cwd=environment["HOME"], **options)


def test_a_password_that_is_typed_is_not_shown(stub: StubApi, environment: dict[str, str], tmp_path: Path) -> None:
    master, slave = pty.openpty()
    arguments = ("login", "--api-url", stub.url, "--email", "a@example.com")
    process = start(environment, *arguments, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    screen = b""
    while b"Password: " not in screen:
        assert select.select([master], [], [], SECONDS)[0], screen
        screen += os.read(master, 1000)
    os.write(master, PASSWORD.encode() + b"\n")
    screen += _rest(master)
    assert process.wait(SECONDS) == 0, screen
    assert b"Logged in at" in screen
    assert PASSWORD.encode() not in screen
    (profile,) = tmp_path.glob(".config/payerworks/profiles/*.json")
    assert "the-token" in profile.read_text()


def _rest(master: int) -> bytes:
    """What a process writes to its terminal until it ends."""
    written = b""
    while True:
        try:
            written += os.read(master, 1000)
        except OSError:
            os.close(master)
            return written


def test_ctrl_c_ends_with_130_and_one_sentence(stub: StubApi, environment: dict[str, str]) -> None:
    process = start(environment, "jobs", "list", "--api-url", stub.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert stub.asked_for_jobs.wait(SECONDS)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (130, b"", b"Error: Interrupted.\n")


@pytest.mark.parametrize(
    "options", [("--limit", "1"), ("--limit", "10000"), ("--json",), ("--json", "--limit", "10000")]
)
def test_a_closed_pipe_ends_a_command_without_a_word(
    stub: StubApi, environment: dict[str, str], options: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    process = start(
        environment,
        *("claims", "list", *options, "--api-url", stub.url),
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    os.close(reading)
    assert process.communicate(timeout=SECONDS)[1] == b""
