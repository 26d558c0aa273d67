"""GET /admin/search/reindex: how far the last reindex is."""

from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query
from search.jobs import repository
from search.jobs.answers import reindex_answer
from search.jobs.models import JobQuery


@http_operation(query="search.jobs.models.JobQuery", answers={200: "search.jobs.models.Reindex"}, errors=(404,))
def handler(request: Request) -> Answer:
    job = repository.read("reindex", "", query(JobQuery, request).index)
    if job is None:
        raise NotFound("No reindex has been made yet.")
    return Answer(200, reindex_answer(job))
