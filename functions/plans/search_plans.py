"""GET /v1/plan/search: find plans by what they and their linked services are, cost and are called."""

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
"""Services up to which their plans are looked up before plans and services are joined (index/query.py)."""


@http_operation(
    query="plans.index.search_models.PlanSearchQuery",
    answers={200: "plans.index.search_models.FoundPlans"},
    errors=(504,),
)
def handler(request: Request) -> Answer:
    wanted = query(PlanSearchQuery, request)
    start = position(request, wanted.cursor)
    if wanted.after is not None:
        wait_until_searchable(request.tenant, wanted.after)
    found = _find(request.tenant, wanted, start)
    hits = found["hits"]["hits"]
    items = results.page(hits[: wanted.limit], scored=bool(wanted.words))
    cursor = next_cursor(request, hits[len(items) - 1]["sort"]) if len(hits) > len(items) else None
    return list_answer(request, items, cursor, results.facets(wanted.facets, found.get("aggregations", {})))


def _find(tenant: str, wanted: PlanSearchQuery, start: Json) -> dict[str, Any]:
    among = None
    matching = services_body(tenant, wanted, MAX_LOOKED_UP + 1)
    if matching is not None:
        services = documents.search(tenant, matching)["hits"]["hits"]
        if len(services) <= MAX_LOOKED_UP:
            among = {documents.root_key(tenant, hit["fields"]["planId"][0]) for hit in services}
    body = plans_body(tenant, wanted, start, wanted.limit + 1, among)
    return documents.search(tenant, body)
