"""Links of the chain: the text of an entry with its place and the hash of the one before it, and its own hash.

A chain belongs to one tenant and day; the first link of a day names the hash of the last link of the day before.
The hash is SHA-256 (FIPS 180-4) of the text, the canonical JSON of the entry: members in the order of their names.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from payerworks import json_text
from payerworks.errors import BadInput
from payerworks.json_text import Json

GENESIS = "0" * 64
"""What the first link of a tenant names as the hash before it."""


class Place(NamedTuple):
    """Where an entry is: its day (ISO 8601), and its number on that day, from 1."""

    day: str
    number: int

    @property
    def key(self) -> str:
        """The place as a sortable text."""
        return f"{self.day}#{self.number:09}"


def place_of(key: str) -> Place:
    """The place of a key."""
    day, _, number = key.partition("#")
    return Place(day, int(number))


class Link(NamedTuple):
    """An entry in the chain: where a store has it, its hash there, and its text."""

    number: int
    hash: str
    text: str

    @property
    def entry(self) -> dict[str, Json] | None:
        """The entry with its place; None if the text is none, because it was damaged."""
        try:
            entry = json_text.read(self.text)
        except BadInput:
            return None
        return entry if isinstance(entry, dict) else None


def digest(text: str) -> str:
    """The hash of a link's text."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def chained(after: Place, previous: str, entries: Iterable[Mapping[str, Any]]) -> Iterator[Link]:
    """The links of entries that follow a place, whose hash is `previous`."""
    for number, entry in enumerate(entries, after.number + 1):
        where = {"day": after.day, "number": number, "previous": previous}
        text = json_text.canonical({**entry, **where}).decode()
        previous = digest(text)
        yield Link(number, previous, text)
