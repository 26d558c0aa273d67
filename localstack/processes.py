"""Server processes: started detached, identified by PID and start time, stopped by signals."""

import contextlib
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from localstack.files import read_json, write_json

# The only environment variables that a server inherits: no AWS profile, no PYTHON* switch, no proxy.
PASSED_ON = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")
CLOCK_STEP_SECONDS = 2.0
KILL_SECONDS = 10


def bare_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


@dataclass(frozen=True)
class Process:
    """A server's process. `record` is the file that stores its PID and start time from one command to the next."""

    record: Path

    def running(self) -> psutil.Process | None:
        """The process that we started; None if it has ended, even if another process now has its PID."""
        stored = read_json(self.record)
        if not stored:
            return None
        try:
            process = psutil.Process(stored["pid"])
            is_ours = abs(process.create_time() - stored["started"]) < CLOCK_STEP_SECONDS
            return process if is_ours and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def start(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        """Start the server detached, so that closing the terminal or pressing Ctrl-C in it does not stop the server."""
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
        # The server outlives this command on purpose; a return code keeps Popen from warning about it.
        child.returncode = 0

    def stop(self, timeout: float) -> bool:
        """Terminate the server, and kill it if it is still running after `timeout` seconds; False if it was killed."""
        process = self.running()
        if process is None:
            return True
        workers = process.children(recursive=True)
        process.terminate()
        _, survivors = psutil.wait_procs([process], timeout=timeout)
        kill([*survivors, *workers])
        self.record.unlink(missing_ok=True)
        return not survivors

    def kill(self) -> None:
        """Kill the server and its child processes at once, as a crash would."""
        process = self.running()
        if process is not None:
            kill([process, *process.children(recursive=True)])
        self.record.unlink(missing_ok=True)


def kill(processes: Sequence[psutil.Process]) -> None:
    """Kill processes and wait until they are gone.

    psutil compares the start time before it sends a signal, so a reused PID is safe. All processes are killed before
    the wait begins: the process that adopts orphaned children may take seconds to notice that a child has ended.
    """
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=KILL_SECONDS)
