"""Fill a table with the items of its export, and see before that it has no others."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from payerworks_cli.backup.data_files import data_files, read_items
from payerworks_cli.backup.items import Item, ends_before, is_of_the_source
from payerworks_cli.backup.location import Location
from payerworks_cli.backup.manifest import TableExport
from payerworks_cli.backup.restore_marks import RestoreMarks
from payerworks_cli.backup.table_writer import BATCH, TableWriter, write_batch
from payerworks_cli.errors import BadInput

MOST_CLEARED = 1_000
"""Items of a table that may be deleted before: a stack with more is in use."""

Show = Callable[[int, int], None]
"""Shows how many items are done, and how many of them were put by this run."""


def has_items(client: Any, table: str) -> bool:
    return bool(client.scan(TableName=table, Limit=1, ConsistentRead=True)["Items"])


def clear(client: Any, table: str, keys: Sequence[str]) -> None:
    """Delete the few items of a table, such as a first administrator. Raises BadInput if they are not few."""
    items = client.scan(TableName=table, Limit=MOST_CLEARED + 1, ConsistentRead=True)
    if len(items["Items"]) > MOST_CLEARED or "LastEvaluatedKey" in items:
        raise BadInput(f"{table} has more than {MOST_CLEARED:,} items, so it is in use; nothing was deleted.")
    for batch in _batches(items["Items"]):
        write_batch(client, table, [{"DeleteRequest": {"Key": {key: item[key] for key in keys}}} for item in batch])


def restore_table(
    location: Location, service: str, export: TableExport, client: Any, table: str, marks: RestoreMarks, show: Show
) -> int:
    """Put all items of an export that have not ended; how many this run has put.

    A data file that is marked as stored is not read again. Raises BadInput, TookTooLong.
    """
    stored, now = marks.stored(service), time.time()
    done = put = 0
    with TableWriter(client, table) as writer:
        for file in data_files(location, export):
            if file.items and file.name not in stored:
                items = (
                    item
                    for item in read_items(location, file)
                    if not is_of_the_source(service, item) and not ends_before(item, export.ttl, now)
                )
                for batch in _batches(items):
                    writer.put(batch)
                    put += len(batch)
                    show(done + put, put)
                writer.finish()
                marks.store(service, file.name)
            else:
                done += file.items
            show(done + put, put)
    return put


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
