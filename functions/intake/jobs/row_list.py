"""The answer with the rejects or the duplicates of a job, as CSV."""

import itertools
from collections.abc import Iterator

from intake.jobs import bucket
from intake.jobs.bucket import RowList
from intake.jobs.jobs import FileJob
from payerworks.http import Answer

MAX_BYTES = 4_000_000
"""Bytes of an answer; Lambda allows 6 MB of JSON, which escapes some characters as two."""


def row_list_answer(job: FileJob, of: RowList, header: str) -> Answer:
    """200 with the list below its header, or 303 to S3 if the list is too large for an answer."""
    rows = _rows(job, of, header)
    text = bytearray()
    for row in rows:
        text += row
        if len(text) > MAX_BYTES:
            return Answer(303, headers={"Location": bucket.offer_rows(job, of, itertools.chain([bytes(text)], rows))})
    headers = {"Content-Disposition": bucket.rows_disposition(job, of)}
    return Answer(200, text.decode(), headers, "text/csv; charset=utf-8")


def _rows(job: FileJob, of: RowList, header: str) -> Iterator[bytes]:
    yield header.encode()
    yield from (row.encode() for row in bucket.read_rows(job, of))
