"""POST /admin/search/reindex: build the index of all plans or patients anew and put it in the place of the old.

Writes and searches go on meanwhile.
"""

from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query
from search.jobs import repository
from search.jobs.answers import reindex_answer, require_search
from search.jobs.models import JobQuery


@http_operation(query="search.jobs.models.JobQuery", answers={202: "search.jobs.models.Reindex"}, errors=(409,))
def handler(request: Request) -> Answer:
    wanted = query(JobQuery, request)
    require_search()
    job = repository.begin("reindex", "", request.id, index=wanted.index, alone=True)
    return Answer(202, reindex_answer(job))
