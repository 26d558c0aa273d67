"""Run the command on a pseudo-terminal of so many columns, in this process, and read its screen."""

import fcntl
import os
import pty
import re
import struct
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from payerworks_cli.command_line import app

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(columns: int, *arguments: str, typed: str = "") -> tuple[int, str]:
    """The exit code of a command, and what it wrote to the terminal; `typed` is what its user types."""
    codes: list[int] = []

    def run() -> None:
        with pytest.raises(SystemExit) as ended:
            app(arguments, prog_name="payerworks")
        codes.append(int(ended.value.code or 0))

    written = on_a_terminal(columns, run, typed)
    return codes[0], written


def on_a_terminal(columns: int, work: Callable[[], None], typed: str = "") -> str:
    """What some work wrote to the terminal; `typed` is what its user types."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    os.write(master, typed.encode())
    written: list[bytes] = []
    reader = threading.Thread(target=_read, args=(master, written))
    reader.start()
    with _standard_streams(slave):
        work()
        sys.stdout.flush()
        sys.stderr.flush()
    reader.join()
    os.close(master)
    return b"".join(written).decode().replace("\r\n", "\n")


def screen(columns: int, *arguments: str) -> list[str]:
    """The lines that a successful command leaves on a terminal, without its colours."""
    code, text = on_terminal(columns, *arguments)
    assert code == 0, text
    return ESCAPES.sub("", text).splitlines()


def _read(master: int, written: list[bytes]) -> None:
    while True:
        try:
            block = os.read(master, 4096)
        except OSError:  # the other side is closed
            return
        if not block:
            return
        written.append(block)


@contextmanager
def _standard_streams(slave: int) -> Iterator[None]:
    saved = [os.dup(number) for number in range(3)]
    streams = sys.stdin, sys.stdout, sys.stderr
    for number in range(3):
        os.dup2(slave, number)
    os.close(slave)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, closefd=False, encoding="utf-8") for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    try:
        yield
    finally:
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            stream.close()
        sys.stdin, sys.stdout, sys.stderr = streams
        for number, before in enumerate(saved):
            os.dup2(before, number)
            os.close(before)
