"""GET /ingest/{task_id}: a file's job, with its progress and the outcomes of its rows."""

from intake.jobs import job_repository
from intake.jobs.jobs import job_answer
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "intake.jobs.job_models.IngestJob"}, errors=(404,), audit="file")
def handler(request: Request) -> Answer:
    job = job_repository.read_job(request.tenant, request.path("task_id"))
    return Answer(200, json_text.write(job_answer(job)))
