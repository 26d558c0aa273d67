"""GET /ingest: the tenant's jobs, newest first."""

from intake.jobs import job_items, job_repository
from intake.jobs.job_models import IngestJobQuery
from intake.jobs.jobs import job_answer
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import page_answer, position
from payerworks.validation import query


@http_operation(
    query="intake.jobs.job_models.IngestJobQuery", answers={200: "intake.jobs.job_models.IngestJobList"}, audit="file"
)
def handler(request: Request) -> Answer:
    params = query(IngestJobQuery, request)
    before = position(request, params.cursor)
    jobs = job_repository.list_jobs(request.tenant, params.key, params.status, before, params.limit + 1)
    return page_answer(request, jobs, params.limit, lambda job: json_text.write(job_answer(job)), job_items.order_of)
