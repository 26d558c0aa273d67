"""Files of the caller: read whole, written whole, and why neither is possible."""

import errno
import json
import os
import sys
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import typer

from payerworks_cli.errors import ApiProblem, BadInput
from payerworks_cli.json_lines import line_of

STDIN = Path("-")
"""The name of standard input."""


def shown_name(path: Path) -> str:
    """What messages call a file."""
    return "standard input" if path == STDIN else str(path)


_REASONS = {
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.EISDIR: "it is a folder",
    errno.EACCES: "you may not do that",
    errno.EPERM: "you may not do that",
    errno.EROFS: "its disk is read-only",
    errno.ENOSPC: "its disk is full",
    errno.EDQUOT: "your share of its disk is used up",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "its links lead in a circle",
    errno.EMFILE: "too many files are open",
}


def reason(error: OSError) -> str:
    """Why a file or folder cannot be used, in words of our own."""
    return _REASONS.get(error.errno or 0, "the disk or its driver failed")


def read_bytes(path: Path) -> bytes:
    """A file's bytes without a byte order mark, or those of standard input for `-`. Raises BadInput."""
    try:
        content = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
    except OSError as error:
        raise BadInput(f"{shown_name(path)} cannot be read: {reason(error)}.") from error
    return content.removeprefix(BOM_UTF8)


class JsonFile(NamedTuple):
    """A JSON file: its bytes without a byte order mark, and its value with exact numbers."""

    path: Path
    content: bytes
    value: Any

    def place(self, pointer: str) -> str:
        """The file, the line and the pointer of a value, for messages."""
        line = line_of(self.content.decode(), pointer)
        return f"{shown_name(self.path)}, line {line}, {pointer}" if line else pointer


@contextmanager
def names_lines(file: JsonFile) -> Iterator[None]:
    """A refusal of what is sent within names the file, and the line of each fault."""
    try:
        yield
    except ApiProblem as problem:
        raise problem.of_file(shown_name(file.path), file.place) from None


def read_json(path: Path) -> JsonFile:
    """A JSON file, or standard input for `-`. Raises BadInput that names the line of a fault."""
    content = read_bytes(path)
    return JsonFile(path, content, _json_value(path, content))


def _json_value(path: Path, content: bytes) -> Any:
    try:
        return json.loads(content.decode(), parse_float=Decimal)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(f"{shown_name(path)} is not JSON: line {line} is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{shown_name(path)} is not JSON: line {error.lineno}, column {error.colno} breaks its rules."
        ) from None
    except RecursionError:
        raise BadInput(f"{shown_name(path)} is not JSON: it is nested too deep.") from None
    except ValueError:
        raise BadInput(f"{shown_name(path)} cannot be used: a number in it has too many digits.") from None


def check_output(path: Path, *, force: bool) -> None:
    """Ask before a file is written over; where nobody can be asked, refuse. Raises BadInput."""
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name a file.")
    if not path.parent.is_dir():
        raise BadInput(f"{path} cannot be written: there is no folder {path.parent}.")
    if force or not path.is_file():
        return
    if not sys.stdin.isatty():
        raise BadInput(f"{path} exists already and was left alone; --force writes over it.")
    if not typer.confirm(f"{path} exists already. Write over it?", err=True):
        raise BadInput(f"{path} was left alone.")


def write_whole(path: Path, blocks: Iterable[bytes]) -> None:
    """Write a file that appears whole, or not at all if writing fails; others may read it as the umask says.

    Raises BadInput.
    """
    try:
        if path.exists() and not path.is_file():  # such as /dev/stdout
            with path.open("wb") as device:
                device.writelines(blocks)
            return
        replace_whole(path, blocks, _mode(path))
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {reason(error)}.") from error


def replace_whole(path: Path, blocks: Iterable[bytes], mode: int) -> None:
    """Put a file with these permissions in the place of another, in one step. Raises OSError."""
    path = path.resolve()  # what a link leads to is replaced, not the link
    number, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.writelines(blocks)
            os.fchmod(number, mode)
            file.flush()
            os.fsync(number)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The permissions of a file, or those that a new one gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
