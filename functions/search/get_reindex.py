"""GET /admin/search/reindex: the progress of the last reindex."""

from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query
from search.jobs import repository
from search.jobs.answers import reindex_answer
from search.jobs.models import JobQuery


@http_operation(query="search.jobs.models.JobQuery", answers={200: "search.jobs.models.Reindex"}, errors=(404,))
def handler(request: Request) -> Answer:
    job = repository.read_job("reindex", "", query(JobQuery, request).index)
    if job is None:
        raise NotFound("There has been no reindex yet.")
    return Answer(200, reindex_answer(job, request.tenant))
