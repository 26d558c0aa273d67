"""GET /ingest/{task_id}/rejects: the rejected rows of a file, as CSV to correct and upload again."""

import itertools
from collections.abc import Iterator

from intake.files.rejects import header_row
from intake.jobs import bucket, job_repository
from intake.jobs.jobs import FileJob
from payerworks.http import Answer, Request, http_operation

MAX_BYTES = 4_000_000
"""Bytes of an answer; Lambda allows 6 MB of JSON, which escapes some characters as two."""


@http_operation(answers={200: None, 303: None}, errors=(404,))
def handler(request: Request) -> Answer:
    job = job_repository.read_job(request.tenant, request.path("task_id"))
    rows = _rows(job)
    text = bytearray()
    for row in rows:
        text += row
        if len(text) > MAX_BYTES:
            return Answer(303, headers={"Location": bucket.offer_rejects(job, itertools.chain([bytes(text)], rows))})
    headers = {"Content-Disposition": bucket.rejects_disposition(job)}
    return Answer(200, text.decode(), headers, "text/csv; charset=utf-8")


def _rows(job: FileJob) -> Iterator[bytes]:
    columns, delimiter = (job.split.columns, job.split.delimiter) if job.split else ([], ",")
    yield header_row(columns, delimiter).encode()
    yield from (row.encode() for row in bucket.read_rejects(job))
