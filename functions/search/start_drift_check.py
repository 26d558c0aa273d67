"""POST /admin/search/drift: check now whether an index has what the tenant's table has; `repair=true` repairs it.

The check goes on by itself, and takes the place of one that runs.
"""

from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query
from search.jobs import repository
from search.jobs.answers import drift_answer, require_search
from search.jobs.models import DriftQuery


@http_operation(query="search.jobs.models.DriftQuery", answers={202: "search.jobs.models.DriftCheck"}, errors=(409,))
def handler(request: Request) -> Answer:
    wanted = query(DriftQuery, request)
    require_search()
    job = repository.begin("drift", request.tenant, request.id, index=wanted.index, repair=wanted.repair)
    return Answer(202, drift_answer(job))
