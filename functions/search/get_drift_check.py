"""GET /admin/search/drift: what the tenant's last drift check has found so far: plans missing, stale and orphaned."""

from payerworks.errors import NotFound
from payerworks.http import http_operation
from payerworks.request import Answer, Request
from search import repository
from search.answers import drift_answer


@http_operation(answers={200: "search.models.DriftCheck"}, errors=(404,))
def handler(request: Request) -> Answer:
    job = repository.read("drift", request.tenant)
    if job is None:
        raise NotFound("No drift check has been made yet.")
    return Answer(200, drift_answer(job))
