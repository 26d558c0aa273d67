"""GET /admin/search/drift: the results so far of the tenant's last drift check."""

from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query
from search.jobs import repository
from search.jobs.answers import drift_answer
from search.jobs.models import JobQuery


@http_operation(query="search.jobs.models.JobQuery", answers={200: "search.jobs.models.DriftCheck"}, errors=(404,))
def handler(request: Request) -> Answer:
    job = repository.read_job("drift", request.tenant, query(JobQuery, request).index)
    if job is None:
        raise NotFound("There has been no drift check yet.")
    return Answer(200, drift_answer(job))
