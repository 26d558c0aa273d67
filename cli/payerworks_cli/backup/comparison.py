"""Compare a table with its export: the number of items, and a digest that does not depend on their order."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from payerworks_cli.backup.data_files import data_files, read_items
from payerworks_cli.backup.items import Item, Tally, ends_before, is_of_the_source
from payerworks_cli.backup.location import Location
from payerworks_cli.backup.manifest import TableExport

TTL_MARGIN_SECONDS = 3600.0
"""Items that end sooner are left out on both sides: DynamoDB may remove them while they are compared."""

Show = Callable[[int], None]
"""Shows how many items were read."""


@dataclass(frozen=True)
class Comparison:
    """What a table and its export have; `left_out` items of the export end too soon to be compared."""

    export: Tally
    table: Tally
    left_out: int

    @property
    def is_equal(self) -> bool:
        return self.export == self.table


def compare(location: Location, service: str, export: TableExport, client: Any, table: str, show: Show) -> Comparison:
    """Read an export and a table to their ends; the table with consistent reads. Raises BadInput."""
    ends_soon = time.time() + TTL_MARGIN_SECONDS
    exported, stored, left_out, read = Tally(), Tally(), 0, 0

    def counts(item: Item) -> bool:
        return not ends_before(item, export.ttl, ends_soon) and not is_of_the_source(service, item)

    for file in data_files(location, export):
        for item in read_items(location, file):
            if counts(item):
                exported.add(item)
            else:
                left_out += 1
        read += file.items
        show(read)
    for items in _pages(client, table):
        for item in filter(counts, items):
            stored.add(item)
        read += len(items)
        show(read)
    return Comparison(exported, stored, left_out)


def _pages(client: Any, table: str) -> Iterator[list[Item]]:
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield page["Items"]
