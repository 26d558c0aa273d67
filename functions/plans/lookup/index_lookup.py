"""Plans found in OpenSearch."""

import time
from typing import Any

from payerworks.errors import Unavailable
from payerworks.json_text import Json
from plans.index import documents, results
from plans.index.query import plans_body, services_body
from plans.index.search_models import IndexedObjectQuery, PlanSearchQuery
from plans.lookup.found import Found, FoundObject
from plans.lookup.read_your_writes import wait_until_searchable
from plans.plan.document import digest, whole_text

MAX_LOOKED_UP = 200
"""Up to this many matching services, their plans are looked up before the join (index/query.py)."""
READS = 6
WAIT_SECONDS = 0.3
"""Pause between two reads. The whole of a change is visible after the next refresh of the index or the one after."""


def search(tenant: str, params: PlanSearchQuery, start: Json) -> Found:
    """The plans that match; a page ends early where an answer would become too large."""
    if params.after is not None:
        wait_until_searchable(tenant, params.after, documents.searchable_version)
    answer = _search(tenant, params, start)
    hits = answer["hits"]["hits"]
    items = results.page(hits[: params.limit], scored=bool(params.words))
    after = hits[len(items) - 1]["sort"] if len(hits) > len(items) else None
    return Found(items, after, results.facets(params.facets, answer.get("aggregations", {})))


def _search(tenant: str, params: PlanSearchQuery, start: Json) -> dict[str, Any]:
    plan_keys = None
    body = services_body(tenant, params, MAX_LOOKED_UP + 1)
    if body is not None:
        services = documents.search(tenant, body)["hits"]["hits"]
        if len(services) <= MAX_LOOKED_UP:
            plan_keys = {documents.root_key(tenant, hit["fields"]["planId"][0]) for hit in services}
    return documents.search(tenant, plans_body(tenant, params, start, params.limit + 1, plan_keys))


def read_plan(tenant: str, plan_id: str) -> str | None:
    """A plan rebuilt from its documents. Raises Unavailable while it is being indexed."""
    for attempt in range(READS):
        if attempt:
            time.sleep(WAIT_SECONDS)
        indexed = documents.read_indexed_plan(tenant, plan_id)
        if indexed is None:
            return None
        text, services, expected_digest = indexed
        if digest(text, services) == expected_digest:
            return whole_text(text, services)
    raise Unavailable("The plan is being indexed; read it again.", headers={"Retry-After": "1"})


def find_objects(tenant: str, params: IndexedObjectQuery, start: Json) -> list[FoundObject]:
    """Objects of all plans."""
    filters = documents.object_filters(params.id, params.parent_type, params.plan)
    return documents.find_objects({"tenant": tenant, **filters}, start, params.limit + 1)
