"""Only the process that was started counts as the server, and only that process is ever killed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from localstack.files import read_json, write_json
from localstack.processes import Process

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP) as child:
        yield child
        child.kill()


def test_a_started_process_is_found_again_and_stopped(tmp_path: Path) -> None:
    process = Process(tmp_path / "server.json")
    process.start(SLEEP, {}, tmp_path / "server.log")
    again = Process(tmp_path / "server.json")
    assert again.running()
    assert again.stop(timeout=10)
    assert again.running() is None


def test_a_process_that_ended_is_not_running(tmp_path: Path) -> None:
    process = Process(tmp_path / "server.json")
    process.start([sys.executable, "-c", ""], {}, tmp_path / "server.log")
    psutil.Process(read_json(process.record)["pid"]).wait(10)
    assert process.running() is None


def test_a_reused_pid_is_neither_running_nor_killed(tmp_path: Path, stranger: subprocess.Popen[bytes]) -> None:
    process = Process(tmp_path / "server.json")
    started = psutil.Process(stranger.pid).create_time()
    write_json(process.record, {"pid": stranger.pid, "started": started - 3600})
    assert process.running() is None
    process.kill()
    assert process.stop(timeout=1)
    assert stranger.poll() is None


def test_a_process_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    process = Process(tmp_path / "server.json")
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    process.start([sys.executable, "-c", deaf], {}, tmp_path / "server.log")
    while "deaf" not in (tmp_path / "server.log").read_text():
        assert process.running()
    assert not process.stop(timeout=0.2)
    assert process.running() is None


def test_the_children_of_a_process_are_killed_with_it(tmp_path: Path) -> None:
    process, log = Process(tmp_path / "server.json"), tmp_path / "server.log"
    parent = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "print(child.pid, flush=True); child.wait()"
    )
    process.start([sys.executable, "-c", parent], {}, log)
    while not log.read_text().endswith("\n"):
        assert process.running()
    child = psutil.Process(int(log.read_text()))
    process.kill()
    assert process.running() is None
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
