"""Fill an index of patients from the table."""

import time
from collections.abc import Iterator

from intake.registry.registry_pages import patient_page
from intake.registry.search_index import Document, indexing
from payerworks.json_text import Json
from payerworks.opensearch import bulk
from search.indexes.backfill import Filled, read_ahead


def fill(alias: str, position: Json, until: float, *, doubted: bool) -> Filled:
    """Write the patients of the table from a position on, until `time.monotonic()` is `until`.

    A try before this one that died half way (`doubted`) has left nothing that is not written again.
    """
    written = 0
    for documents, following in read_ahead(_pages(position)):
        bulk(alias, map(indexing, documents))
        written += len(documents)
        position = following
        if time.monotonic() >= until:
            break
    return Filled(position, written, written)


def _pages(position: Json) -> Iterator[tuple[list[Document], Json]]:
    while True:
        documents, position = patient_page(None, position)
        yield documents, position
        if position is None:
            return
