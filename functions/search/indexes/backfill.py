"""Types and read-ahead shared by all backfills."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from payerworks.json_text import Json
from search.indexes.drift import Key

Page = TypeVar("Page")


class FilledSlice(NamedTuple):
    """The end of one slice of a backfill (None: end of the table), and what the slice wrote.

    `entries` counts plans or patients, deleted ones excluded; `refused` are those with a document that OpenSearch
    refused.
    """

    position: Json
    entries: int
    documents: int
    refused: Sequence[Key] = ()


def read_ahead(pages: Iterator[Page]) -> Iterator[Page]:
    """Yield the pages, reading each in a thread while the caller works on the one before."""
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, pages, None)
        while (page := following.result()) is not None:
            following = reader.submit(next, pages, None)
            yield page
