"""Find entries in the table: of somebody, by a user, or of days; the newest first."""

import datetime
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from audit.chain.links import Link, Place, place_of
from audit.storage.items import TABLE, by_partition, link_key, link_of, link_partition, of_partition
from payerworks.batches import READ_BATCH, read_all
from payerworks.dynamodb import Item
from payerworks.json_text import Json

MOST_READ = 1000
"""Entries that are read for one page of a list."""
_BEFORE_ALL, _AFTER_ALL = "!", "~"
"""Texts that sort before and after every place."""


class Entry(NamedTuple):
    """An entry as the table has it; verify_audit says whether it is whole."""

    place: Place
    hash: str
    members: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What all entries of a list have in common; empty or None: any. The days are inclusive.

    subject_id  the id of a patient of the directory or the registry, or the number of a subscriber
    """

    subject_id: str = ""
    user: str = ""
    operation: str = ""
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None

    def matches(self, entry: Entry) -> bool:
        subjects = [subject.partition(":")[2] for subject in entry.members["subjects"]]
        return (
            (not self.subject_id or self.subject_id in subjects)
            and self.user in ("", entry.members["user"])
            and self.operation in ("", entry.members["operation"])
        )


class EntryPage(NamedTuple):
    """Entries, and the key of the place after which the next page starts; None on the last page."""

    entries: list[Entry]
    after: str | None


def list_entries(tenant: str, entry_filter: EntryFilter, after: str | None, limit: int) -> EntryPage:
    """Up to `limit` entries that match, the newest first; `after` is the key of the place before the first.

    A page can be shorter and still have a next one, if MOST_READ entries were read and too few match.
    """
    found: list[Entry] = []
    last, count = "", 0
    for entry in itertools.islice(find_entries(tenant, entry_filter, after), MOST_READ):
        if len(found) == limit:
            return EntryPage(found, found[-1].place.key)
        last, count = entry.place.key, count + 1
        if entry_filter.matches(entry):
            found.append(entry)
    return EntryPage(found, last if count == MOST_READ else None)


def find_entries(tenant: str, entry_filter: EntryFilter, after: str | None = None) -> Iterator[Entry]:
    """The entries of somebody, by a user, or of days, which may not match the rest of the filter."""
    first = f"{entry_filter.first_day}#" if entry_filter.first_day else _BEFORE_ALL
    last = after or (f"{entry_filter.last_day}#~" if entry_filter.last_day else _AFTER_ALL)
    if entry_filter.subject_id:
        return _of_list(tenant, of_partition(tenant, entry_filter.subject_id), first, last, after)
    if entry_filter.user:
        return _of_list(tenant, by_partition(tenant, entry_filter.user), first, last, after)
    return _of_days(tenant, first, last, after)


def _of_list(tenant: str, partition: str, first: str, last: str, after: str | None) -> Iterator[Entry]:
    items = _backwards(partition, first, last)
    places = (place_of(item["sk"]["S"]) for item in items if item["sk"]["S"] != after)
    while chunk := list(itertools.islice(places, READ_BATCH)):
        links = read_all(TABLE, [link_key(tenant, place) for place in chunk])
        found = {entry.place: entry for entry in map(_entry_of, links)}
        yield from (found[place] for place in chunk if place in found)


def _of_days(tenant: str, first: str, last: str, after: str | None) -> Iterator[Entry]:
    days = _backwards(f"{tenant}#DAYS", first[:10], last[:10])
    for day in (item["sk"]["S"] for item in days):
        end = last.partition("#")[2] if last.startswith(day) else _AFTER_ALL
        for item in _backwards(link_partition(tenant, day), _BEFORE_ALL, end):
            entry = _entry_of(item)
            if entry.place.key != after:
                yield entry


def _backwards(partition: str, first: str, last: str) -> Iterator[Item]:
    values = {":pk": {"S": partition}, ":first": {"S": first}, ":last": {"S": last}}
    condition = "pk = :pk AND sk BETWEEN :first AND :last"
    return TABLE.query(condition, values, ScanIndexForward=False, Limit=READ_BATCH, ConsistentRead=True)


def _entry_of(item: Item) -> Entry:
    link: Link = link_of(item)
    day = item["pk"]["S"].rpartition("#")[2]
    return Entry(Place(day, link.number), link.hash, link.entry or _DAMAGED)


_DAMAGED: Mapping[str, Json] = {"subjects": (), "user": "", "operation": ""}
"""What is shown of an entry whose text was damaged."""
