"""What a check found."""

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from payerworks_cli.errors import CommandError

State = Literal["ok", "warning", "fault"]


class Finding(NamedTuple):
    """The result of a check: a sentence without its full stop, and what to do, which is empty if all is well."""

    check: str
    state: State
    text: str
    remedy: str = ""


def ok(check: str, text: str) -> Finding:
    return Finding(check, "ok", text)


def warning(check: str, text: str, remedy: str) -> Finding:
    return Finding(check, "warning", text, remedy)


def fault(check: str, text: str, remedy: str) -> Finding:
    return Finding(check, "fault", text, remedy)


def guarded(check: str, findings: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings, and a fault if an error ends them; its sentence says what to do."""
    try:
        yield from findings()
    except CommandError as error:
        yield fault(check, str(error).removesuffix("."), "")
