"""Servers as processes of their own: started detached, known by pid and start time, stopped by signal."""

import contextlib
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from localstack.files import read_json, write_json

# A server gets these of our environment and nothing else: no AWS profile, no PYTHON* switch, no proxy.
PASSED_ON = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")
CLOCK_STEP_SECONDS = 2.0
KILL_SECONDS = 10


def bare_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


@dataclass(frozen=True)
class Process:
    """A server's process, remembered in a file across commands."""

    record: Path

    def running(self) -> psutil.Process | None:
        """The process we started; None when it has ended, also when its pid belongs to another by now."""
        known = read_json(self.record)
        if not known:
            return None
        try:
            process = psutil.Process(known["pid"])
            same = abs(process.create_time() - known["started"]) < CLOCK_STEP_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def start(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        """Start detached: a closed terminal or a Ctrl-C in it does not reach the server."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            child = subprocess.Popen(
                command,
                env=bare_environment() | environment,
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        write_json(self.record, {"pid": child.pid, "started": psutil.Process(child.pid).create_time()})
        # It outlives this command on purpose, which Popen would warn of.
        child.returncode = 0

    def stop(self, patience: float) -> bool:
        """Ask it to end, wait, and end it by force after `patience` seconds; False when that was needed."""
        process = self.running()
        if process is None:
            return True
        workers = process.children(recursive=True)
        process.terminate()
        _, left = psutil.wait_procs([process], timeout=patience)
        kill([*left, *workers])
        self.record.unlink(missing_ok=True)
        return not left

    def kill(self) -> None:
        """End it at once, as a crash would, and what it has started."""
        process = self.running()
        if process is not None:
            kill([process, *process.children(recursive=True)])
        self.record.unlink(missing_ok=True)


def kill(processes: Sequence[psutil.Process]) -> None:
    """End processes at once, and wait until they are gone.

    psutil compares the start time before it signals, so a reused pid is safe. All are killed before any is waited for:
    who adopts the children of a process that has ended may take seconds to notice that one of them has ended too.
    """
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=KILL_SECONDS)
