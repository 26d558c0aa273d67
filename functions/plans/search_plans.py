"""GET /v1/plan/search: find plans by what they and their linked services are, cost and are called."""

from typing import Any

from payerworks.http import http_operation
from payerworks.json_text import Json
from payerworks.paging import list_answer, next_cursor, position
from payerworks.request import Answer, Request
from payerworks.validation import query
from plans import found_plans, plan_query, search_index
from plans.change_token import read_change_token
from plans.search_models import PlanSearchQuery
from plans.searchable import wait_until_searchable

MAX_LOOKED_UP = 200
"""Services up to which their plans are looked up before plans and services are joined (plan_query.py)."""


@http_operation(
    query="plans.search_models.PlanSearchQuery", answers={200: "plans.search_models.FoundPlans"}, errors=(503, 504)
)
def handler(request: Request) -> Answer:
    wanted = query(PlanSearchQuery, request)
    start = position(request, wanted.cursor)
    if wanted.after is not None:
        wait_until_searchable(request.tenant, *read_change_token(request.tenant, wanted.after))
    found = _find(request.tenant, wanted, start)
    hits = found["hits"]["hits"]
    items = found_plans.page(hits[: wanted.limit], scored=bool(wanted.words))
    cursor = next_cursor(request, hits[len(items) - 1]["sort"]) if len(hits) > len(items) else None
    return list_answer(request, items, cursor, found_plans.facets(wanted.facets, found.get("aggregations", {})))


def _find(tenant: str, wanted: PlanSearchQuery, start: Json) -> dict[str, Any]:
    among = None
    services_body = plan_query.services_body(tenant, wanted, MAX_LOOKED_UP + 1)
    if services_body is not None:
        services = search_index.search(tenant, services_body)["hits"]["hits"]
        if len(services) <= MAX_LOOKED_UP:
            among = {search_index.root_key(tenant, hit["fields"]["planId"][0]) for hit in services}
    body = plan_query.plans_body(tenant, wanted, start, wanted.limit + 1, among)
    return search_index.search(tenant, body)
