"""POST /admin/search/reindex: build a new index of all plans or patients and replace the old one with it.

Writes and searches continue meanwhile.
"""

from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query
from search.jobs import repository
from search.jobs.answers import reindex_answer, require_search
from search.jobs.models import JobQuery


@http_operation(query="search.jobs.models.JobQuery", answers={202: "search.jobs.models.Reindex"}, errors=(409,))
def handler(request: Request) -> Answer:
    index = query(JobQuery, request).index
    require_search()
    job = repository.start_job("reindex", "", request.id, index=index, alone=True)
    return Answer(202, reindex_answer(job, request.tenant))
