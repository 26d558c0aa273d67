"""GET /v1/plan/search: find plans by type, cost shares, and words of their linked services."""

from typing import Any

from payerworks.http import Answer, Request, http_operation
from payerworks.json_text import Json
from payerworks.paging import list_answer, next_cursor, position
from payerworks.validation import query
from plans.index import documents, results
from plans.index.query import plans_body, services_body
from plans.index.read_your_writes import wait_until_searchable
from plans.index.search_models import PlanSearchQuery

MAX_LOOKED_UP = 200
"""Up to this many matching services, their plans are looked up before the join (index/query.py)."""


@http_operation(
    query="plans.index.search_models.PlanSearchQuery",
    answers={200: "plans.index.search_models.FoundPlans"},
    errors=(504,),
)
def handler(request: Request) -> Answer:
    params = query(PlanSearchQuery, request)
    start = position(request, params.cursor)
    if params.after is not None:
        wait_until_searchable(request.tenant, params.after)
    answer = _search(request.tenant, params, start)
    hits = answer["hits"]["hits"]
    items = results.page(hits[: params.limit], scored=bool(params.words))
    cursor = next_cursor(request, hits[len(items) - 1]["sort"]) if len(hits) > len(items) else None
    return list_answer(request, items, cursor, results.facets(params.facets, answer.get("aggregations", {})))


def _search(tenant: str, params: PlanSearchQuery, start: Json) -> dict[str, Any]:
    plan_keys = None
    body = services_body(tenant, params, MAX_LOOKED_UP + 1)
    if body is not None:
        services = documents.search(tenant, body)["hits"]["hits"]
        if len(services) <= MAX_LOOKED_UP:
            plan_keys = {documents.root_key(tenant, hit["fields"]["planId"][0]) for hit in services}
    return documents.search(tenant, plans_body(tenant, params, start, params.limit + 1, plan_keys))
