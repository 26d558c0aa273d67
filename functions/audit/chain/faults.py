"""What is wrong with the links of a store, and with two stores that should hold the same."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from audit.chain.links import Link, digest

FaultKind = Literal["changed", "missing", "swapped", "unlinked", "different"]
"""
changed    the hash is not that of the entry: a byte of one of them was changed
missing    an entry is not there
swapped    an entry is not in its place
unlinked   an entry names another hash than that of the one before it
different  table and files have different entries in a place, each with the right hash
"""
Store = Literal["table", "files"]


class LedgerFault(NamedTuple):
    """A fault: its kind, the store that has it, and its place."""

    kind: FaultKind
    store: Store
    day: str
    number: int


def faults_of(store: Store, day: str, links: Sequence[Link], after: int, previous: str) -> Iterator[LedgerFault]:
    """The faults of a store's links, which should follow the one with number `after` and the hash `previous`.

    An empty `previous` is unknown, because the link before has a fault.
    """
    present = {link.number for link in links}
    expected = after + 1
    follows_fault = not previous
    for link in links:
        kind, number = _fault(link, expected, previous, present, follows_fault=follows_fault)
        if kind:
            yield LedgerFault(kind, store, day, number)
        follows_fault = kind is not None
        expected = max(expected, link.number + 1)
        previous = link.hash


def _fault(
    link: Link, expected: int, previous: str, present: set[int], *, follows_fault: bool
) -> tuple[FaultKind | None, int]:
    entry = link.entry
    if digest(link.text) != link.hash or entry is None:
        return "changed", link.number
    if entry.get("number") != link.number or link.number < expected:
        return "swapped", link.number
    if absent := next((number for number in range(expected, link.number) if number not in present), 0):
        return "missing", absent
    if link.number > expected:
        return "swapped", expected
    # After another fault this says nothing new.
    return ("unlinked" if entry.get("previous") != previous and not follows_fault else None), link.number


def differences(day: str, table: Mapping[int, Link], files: Mapping[int, Link]) -> Iterator[LedgerFault]:
    """Where the stores hold different entries, each of them unbroken."""
    for number in sorted(table.keys() & files.keys()):
        one, other = table[number], files[number]
        if one.hash != other.hash and all(map(_is_whole, (one, other))):
            yield LedgerFault("different", "table", day, number)


def _is_whole(link: Link) -> bool:
    """Whether an entry has the right hash, and is in its place."""
    return digest(link.text) == link.hash and (link.entry or {}).get("number") == link.number


def first_of_each(faults: Sequence[LedgerFault]) -> list[LedgerFault]:
    """The first fault of each kind and store, in their order."""
    first: dict[tuple[str, str], LedgerFault] = {}
    for fault in sorted(faults, key=lambda fault: (fault.day, fault.number)):
        first.setdefault((fault.kind, fault.store), fault)
    return list(first.values())
