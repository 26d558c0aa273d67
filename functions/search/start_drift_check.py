"""POST /admin/search/drift: compare an index with the tenant's table; `repair=true` repairs the differences.

The check runs in the background and replaces one that is running.
"""

from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query
from search.jobs import repository
from search.jobs.answers import drift_answer, require_search
from search.jobs.models import DriftQuery


@http_operation(query="search.jobs.models.DriftQuery", answers={202: "search.jobs.models.DriftCheck"}, errors=(409,))
def handler(request: Request) -> Answer:
    params = query(DriftQuery, request)
    require_search()
    job = repository.start_job("drift", request.tenant, request.id, index=params.index, repair=params.repair)
    return Answer(202, drift_answer(job))
