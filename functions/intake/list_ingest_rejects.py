"""GET /ingest/{task_id}/rejects: the rejected rows of a file, as CSV to correct and upload again."""

from intake import files, job_repository
from intake.rejects import rejects_csv
from payerworks.http import http_operation
from payerworks.request import Answer, Request

MAX_ANSWER = 4_000_000
"""Bytes; a function's answer may have 6 MB in JSON, which writes some characters as two."""


@http_operation(answers={200: None, 303: None}, errors=(404,))
def handler(request: Request) -> Answer:
    job = job_repository.read_job(request.tenant, request.path("task_id"))
    columns, delimiter = (job.plan.columns, job.plan.delimiter) if job.plan else ([], ",")
    text = rejects_csv(columns, delimiter, files.read_rejects(job))
    if len(text.encode()) > MAX_ANSWER:
        return Answer(303, headers={"Location": files.offer_rejects(job, text)})
    named = {"Content-Disposition": f'attachment; filename="rejects-{job.task_id}.csv"'}
    return Answer(200, text, named, "text/csv; charset=utf-8")
