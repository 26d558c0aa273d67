"""Faults that no unit test has to notice, each with its reason."""

from typing import NamedTuple


class Accepted(NamedTuple):
    """A fault by rule: its file, the function or class that has it, what it changes, and why it may survive."""

    file: str
    where: str
    change: str
    reason: str


ACCEPTED: tuple[Accepted, ...] = ()
