"""Check the chains of days in the table and in the files against themselves and each other, a page at a time."""

import datetime
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from audit.chain.faults import LedgerFault, Store, differences, faults_of, first_of_each
from audit.chain.links import GENESIS, Link, place_of
from audit.storage.items import TABLE, day_key
from audit.storage.ledger import read_links
from audit.storage.segments import list_days, list_segments, read_segment
from payerworks.batches import in_parallel

SEGMENTS = 100
"""Files that are checked together: up to 4,900 entries."""
LAST_NUMBER = 999_999_999
GRACE = datetime.timedelta(minutes=15)
"""For how long after a call its entry may be in the table and not yet in the files."""


class Progress(NamedTuple):
    """How far a check has come: what the next page of a day follows, in each store.

    day      the day to go on with; after it come the others
    number   the last entry that was checked on that day
    table, files   the hash there of that entry, on a day's first page of the day before; empty if that is unknown
    segment  the key of the last file that was checked on that day
    """

    day: str
    number: int
    table: str
    files: str
    segment: str


class Checked(NamedTuple):
    """The outcome of a page: how many entries were checked, the first faults of each kind, and how to go on."""

    entries: int
    faults: list[LedgerFault]
    next: Progress | None


def days_of(tenant: str, first: str, last: str) -> list[str]:
    """The days that have entries in the table or in the files, in their order."""
    values = {":pk": {"S": f"{tenant}#DAYS"}, ":first": {"S": first or "!"}, ":last": {"S": last or "~"}}
    items = TABLE.query("pk = :pk AND sk BETWEEN :first AND :last", values, ConsistentRead=True)
    in_files = (day for day in list_days(tenant) if (first or "!") <= day <= (last or "~"))
    return sorted({*(item["sk"]["S"] for item in items), *in_files})


def begin(tenant: str, day: str) -> Progress:
    """The progress before the first entry of a day, which follows the last one of the day before, if there is one."""
    earlier = [each for each in days_of(tenant, "", day) if each < day]
    if not earlier:
        return Progress(day, 0, GENESIS, GENESIS, "")
    item = TABLE.get(day_key(tenant, earlier[-1]))
    in_table = item["entry_hash"]["S"] if item else ""
    keys = _all_segments(tenant, earlier[-1])
    in_files = read_segment(keys[-1])[-1].hash if keys else in_table
    return Progress(day, 0, in_table or in_files, in_files, "")


def _all_segments(tenant: str, day: str) -> list[str]:
    keys: list[str] = []
    while page := list_segments(tenant, day, keys[-1] if keys else "", 1000):
        keys += page
    return keys


def check(tenant: str, progress: Progress) -> Checked:
    """Check the next entries of a day; `next` is the progress on that day, None at its end."""
    day, after = progress.day, progress.number
    # Read first: entries that are appended meanwhile are then in what is read after it.
    end = TABLE.get(day_key(tenant, day))
    keys = list_segments(tenant, day, progress.segment, SEGMENTS)
    is_last = len(keys) < SEGMENTS
    in_files = [link for links in in_parallel(read_segment, keys) for link in links]
    table = read_links(tenant, day, after + 1, LAST_NUMBER if is_last else _last(in_files, after))
    files = _with_pending(in_files, table)
    faults = [
        *faults_of("table", day, table, after, progress.table),
        *faults_of("files", day, files, after, progress.files),
        *differences(day, {link.number: link for link in table}, {link.number: link for link in files}),
    ]
    last = max(_last(table, after), _last(files, after))
    if is_last and end:
        last = max(last, place_of(end["list_order"]["S"]).number)
    faults += [*_cut_off("table", day, table, after, last), *_cut_off("files", day, files, after, last)]
    following = None
    if not is_last:
        following = Progress(day, last, _end_hash("table", table, faults), _end_hash("files", files, faults), keys[-1])
    return Checked(max(len(table), len(files)), first_of_each(faults), following)


def _end_hash(store: Store, links: Sequence[Link], faults: Sequence[LedgerFault]) -> str:
    """The hash that the next page follows; empty if the last link is not what it should be."""
    number = _last(links, 0)
    is_broken = any(fault.store == store and fault.number >= number for fault in faults)
    return "" if is_broken or not links else links[-1].hash


def _with_pending(files: Sequence[Link], table: Sequence[Link]) -> list[Link]:
    """The links of files, and in their places those of the table that are so new that their file may be on its way."""
    present = {link.number for link in files}
    new = datetime.datetime.now(datetime.UTC) - GRACE
    pending = [link for link in table if link.number not in present and _at(link) >= new]
    filled: list[Link] = []
    for link in files:
        while pending and pending[0].number < link.number:
            filled.append(pending.pop(0))
        filled.append(link)
    return [*filled, *pending]


def _at(link: Link) -> datetime.datetime:
    entry = link.entry
    return datetime.datetime.fromisoformat(entry["at"]) if entry else datetime.datetime.min.replace(tzinfo=datetime.UTC)


def _last(links: Sequence[Link], after: int) -> int:
    return max((link.number for link in links), default=after)


def _cut_off(store: Store, day: str, links: Sequence[Link], after: int, last: int) -> Iterator[LedgerFault]:
    """The fault of a store whose last entries are gone."""
    if _last(links, after) < last:
        yield LedgerFault("missing", store, day, _last(links, after) + 1)
