"""Fill a patient index from the table."""

import time
from collections.abc import Iterator

from intake.registry.registry_pages import patient_page
from intake.registry.search_index import Document, PatientKey, indexing
from payerworks.json_text import Json
from payerworks.opensearch import bulk
from search.indexes.backfill import FilledSlice, read_ahead


def fill(alias: str, position: Json, until: float, *, verify: bool) -> FilledSlice:
    """Write the table's patients, starting at a position, until `time.monotonic()` reaches `until`.

    `verify` has no effect: documents that a failed try left are simply overwritten.
    """
    written = 0
    refused: list[PatientKey] = []
    for documents, following in read_ahead(_pages(position)):
        actions = bulk(alias, map(indexing, documents)).refused
        refused += [(action["source"]["tenant"], action["id"]) for action in actions]
        written += len(documents)
        position = following
        if time.monotonic() >= until:
            break
    return FilledSlice(position, written, written, refused)


def _pages(position: Json) -> Iterator[tuple[list[Document], Json]]:
    while True:
        documents, position = patient_page(None, position)
        yield documents, position
        if position is None:
            return
