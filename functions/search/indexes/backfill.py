"""What the backfills of all indexes share."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from payerworks.json_text import Json

Page = TypeVar("Page")


class Filled(NamedTuple):
    """Where a slice of filling ended (None: at the end of the table), and how much of it is written.

    `entries` are plans, or patients, without those that are deleted.
    """

    position: Json
    entries: int
    documents: int


def read_ahead(pages: Iterator[Page]) -> Iterator[Page]:
    """The pages, the next of which is read while one is worked on."""
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, pages, None)
        while (page := following.result()) is not None:
            following = reader.submit(next, pages, None)
            yield page
