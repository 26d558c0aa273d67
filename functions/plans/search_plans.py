"""GET /v1/plan/search: find plans by type, cost shares, and words of their linked services."""

from payerworks.http import Answer, Request, http_operation
from payerworks.paging import list_answer, next_cursor, position
from payerworks.validation import query
from plans.index.search_models import PlanSearchQuery
from plans.lookup.engine import engine


@http_operation(
    query="plans.index.search_models.PlanSearchQuery",
    answers={200: "plans.index.search_models.FoundPlans"},
    errors=(504,),
)
def handler(request: Request) -> Answer:
    params = query(PlanSearchQuery, request)
    found = engine().search(request.tenant, params, position(request, params.cursor))
    cursor = None if found.after is None else next_cursor(request, found.after)
    return list_answer(request, found.items, cursor, found.facets)
