"""Append entries to the ledger, each call's once, whatever comes twice, late or in another order.

1.  The links of a batch, HEAD and the items CALL are one transaction. Its condition on HEAD makes one chain of what
    consumers append side by side; the one on CALL lets no call have two entries.
        A and B read link 7 as the head; A appends 8 and 9; B's transaction is refused, it reads HEAD again: 10.
2.  The file and the items to search are written after that and before the messages are deleted. A consumer that dies
    in between leaves its messages; when they come again, their calls have entries, and what belongs to these is
    written again from the table, the same as the first time.
3.  A call that was announced and got its entry by that, because what it said when it was over came later, gets a second
    one that `amends` the first; then its outcome is known. So the first kind of entry is one for each call.
        announced at 12:00, killed → at 12:01 an entry without outcome
        announced, over; the queue delivers the announcement first → an entry without outcome, one that amends it
4.  The day of an entry is the one on which it is appended, and never before that of the head, whatever clocks say. So a
    day that is over gets no more entries, and its last hash stays in the first link of the next.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from audit.chain.links import GENESIS, Link, Place, chained, place_of
from audit.entries.message import CallMessage, by_call
from audit.storage.items import (
    SEGMENT,
    TABLE,
    call_item,
    call_key,
    day_key,
    end_item,
    head_key,
    link_item,
    link_of,
    link_partition,
    put_all,
    search_items,
)
from audit.storage.segments import write_segment
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, busy, transact, tries
from payerworks.parts import parts


class Head(NamedTuple):
    """The last link of a tenant."""

    place: Place
    hash: str


def append(tenant: str, messages: Sequence[CallMessage]) -> None:
    """Append the entries of a tenant's calls that have none, and complete those that have. Raises Unavailable."""
    calls = by_call(messages)
    for some in parts(list(calls.values()), SEGMENT):
        _append(tenant, {message.call: message for message in some})


def _append(tenant: str, calls: Mapping[str, CallMessage]) -> None:
    for _ in tries():
        head = read_head(tenant)
        known = _read_calls(tenant, list(calls))
        entries = [entry for call, message in calls.items() if (entry := _entry(message, known.get(call)))]
        links = _chained(head, entries)
        # Before the commit: once an entry is amended, nothing tells any more that its file may be missing.
        for day, segment in _to_complete(calls, known):
            _complete(tenant, day, read_links(tenant, day, segment, segment + SEGMENT - 1, segment))
        try:
            if links:
                _commit(tenant, head, links, known)
        except ConditionFailed:
            continue  # others appended meanwhile
        if links:
            _complete(tenant, links[0].place.day, [each.link for each in links])
        return
    raise busy()


class _PlacedLink(NamedTuple):
    place: Place
    link: Link


def read_head(tenant: str) -> Head | None:
    """The last link of a tenant; None before the first."""
    item = TABLE.get(head_key(tenant))
    return Head(place_of(item["list_order"]["S"]), item["entry_hash"]["S"]) if item else None


def _read_calls(tenant: str, calls: Sequence[str]) -> dict[str, Item]:
    items = read_all(TABLE, [call_key(tenant, call) for call in calls])
    return {item["pk"]["S"].rpartition("#")[2]: item for item in items}


def _entry(message: CallMessage, known: Item | None) -> Mapping[str, Any] | None:
    """The entry that a message makes; None if its call has it."""
    if known is None:
        return message.entry
    if message.is_over and known["outcome"]["S"] == "unknown":
        return {**message.entry, "amends": known["list_order"]["S"]}
    return None


def _chained(head: Head | None, entries: Sequence[Mapping[str, Any]]) -> list[_PlacedLink]:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    after = head.place if head and head.place.day >= today else Place(today, 0)
    links = chained(after, head.hash if head else GENESIS, entries)
    return [_PlacedLink(Place(after.day, link.number), link) for link in links]


def _commit(tenant: str, head: Head | None, links: Sequence[_PlacedLink], known: Mapping[str, Item]) -> None:
    """Put links after the head, all or none. Raises ConditionFailed if it is the head no more, or a call has one."""
    place, last = links[-1]
    segment = links[0].link.number
    is_head = "entry_hash = :head" if head else "attribute_not_exists(pk)"
    values: Item | None = {":head": {"S": head.hash}} if head else None
    items = [
        TABLE.put_part(end_item(head_key(tenant), place, last.hash), is_head, values),
        TABLE.put_part(end_item(day_key(tenant, place.day), place, last.hash)),
    ]
    for _, link in links:
        call = call_item(tenant, place.day, link, segment)
        amends = call["pk"]["S"].rpartition("#")[2] in known
        condition = "outcome = :unknown" if amends else "attribute_not_exists(pk)"
        items.append(TABLE.put_part(link_item(tenant, place.day, link, segment), "attribute_not_exists(pk)"))
        items.append(TABLE.put_part(call, condition, {":unknown": {"S": "unknown"}} if amends else None))
    transact(items)


def _to_complete(calls: Mapping[str, CallMessage], known: Mapping[str, Item]) -> set[tuple[str, int]]:
    """The segments of entries that may lack their file, because a delivery died before the end.

    Not those of an announced call whose outcome is known: most announcements are such, and cost no more than this read.
    """
    made = [item for call, item in known.items() if calls[call].is_over or item["outcome"]["S"] == "unknown"]
    return {(place_of(item["list_order"]["S"]).day, int(item["segment"]["N"])) for item in made}


def read_links(tenant: str, day: str, first: int, last: int, segment: int | None = None) -> list[Link]:
    """The links of a day with these numbers, in their order; only those of a segment if one is given."""
    values = {":pk": {"S": link_partition(tenant, day)}, ":first": {"S": f"{first:09}"}, ":last": {"S": f"{last:09}"}}
    items = TABLE.query("pk = :pk AND sk BETWEEN :first AND :last", values, ConsistentRead=True)
    return [link_of(item) for item in items if segment in (None, int(item["segment"]["N"]))]


def _complete(tenant: str, day: str, links: Sequence[Link]) -> None:
    """Write what belongs to links that were appended together, any number of times."""
    write_segment(tenant, day, links)
    put_all(search_items(tenant, day, links))
