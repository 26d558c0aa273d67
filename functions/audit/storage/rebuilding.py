"""Make the table again from the files, a page of a day at a time."""

from collections.abc import Sequence

from audit.chain.links import Link, Place
from audit.storage.items import TABLE, call_item, day_key, end_item, head_key, link_item, put_all, search_items
from audit.storage.segments import list_segments, read_segment
from payerworks.batches import in_parallel

SEGMENTS = 20
"""Files that are read together: up to 980 entries."""


def rebuild(tenant: str, day: str, after: str) -> tuple[int, str]:
    """Put what the table has of the next files of a day; how many entries, and the last file's key, empty at the end.

    The table's links become those of the files, so a link that was changed in the table is as it was.
    """
    keys = list_segments(tenant, day, after, SEGMENTS)
    segments = in_parallel(read_segment, keys)
    for key, links in zip(keys, segments, strict=True):
        _rebuild(tenant, day, links, int(key.rpartition("/")[2].removesuffix(".jsonl")))
    return sum(map(len, segments)), keys[-1] if len(keys) == SEGMENTS else ""


def _rebuild(tenant: str, day: str, links: Sequence[Link], segment: int) -> None:
    items = [link_item(tenant, day, link, segment) for link in links]
    # Two links of one call may be in one file: the one that amends comes later and is the call's.
    calls = {item["pk"]["S"]: item for item in (call_item(tenant, day, link, segment) for link in links)}
    put_all([*items, *calls.values(), *search_items(tenant, day, links)])
    for key in (day_key(tenant, day), head_key(tenant)):
        end = end_item(key, Place(day, links[-1].number), links[-1].hash)
        # Entries may have been appended since.
        TABLE.put_if("attribute_not_exists(pk) OR list_order < :order", end, {":order": end["list_order"]})
