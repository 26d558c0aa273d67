"""The OpenSearch queries of a search for plans.

All conditions on a service are conditions on its one document (search_fields.py), so a search joins plans with one
kind of children. The join of OpenSearch visits every plan. If few services match, they are looked up first and the
join visits only their plans, so the time to find rare services does not grow with the number of plans.
"""

from collections.abc import Collection
from typing import Any

from payerworks.json_text import Json
from plans.index.search_models import PlanSearchQuery
from plans.plan.document import SERVICES

MAX_MATCHES = 10
"""Matching services shown per plan."""
MAX_FACET_VALUES = 100
FACET_FIELDS = {"planType": "planType", "_org": "org"}
_PREFIX_LENGTH = 200
"""Characters up to which the last word of a text also matches as a prefix. Each character can be a word (Chinese), each
word is a clause of the query, prefixes double the clauses, and OpenSearch allows 1,024."""

Query = dict[str, Any]


def services_body(tenant: str, params: PlanSearchQuery, size: int) -> Query | None:
    """The search for any `size` matching services; None if the search has no condition on services."""
    service_query = _service_query(tenant, params)
    if service_query is None:
        return None
    query = {"bool": {"filter": [{"term": {"kind": SERVICES}}, service_query]}}
    # In index order, OpenSearch stops as soon as it has `size` hits.
    fields = {"_source": False, "docvalue_fields": ["planId"], "sort": ["_doc"]}
    return {"query": query, "size": size, "track_total_hits": False} | fields


def plans_body(
    tenant: str, params: PlanSearchQuery, after: Json, size: int, plan_keys: Collection[str] | None = None
) -> Query:
    """The search for plans after a position; `plan_keys`, if known, are those of all plans with matching services."""
    conditions = _plan_conditions(tenant, params)
    if plan_keys is not None:
        conditions.append({"terms": {"key": sorted(plan_keys)}})
    query: Query = {"filter": conditions}
    service_query = _service_query(tenant, params)
    if service_query is not None:
        query["must"] = [{"has_child": _join(service_query, scored=bool(params.words))}]
    by_id: list[Query] = [{"planId": "asc"}]
    body: Query = {
        "query": {"bool": query},
        "_source": ["planId", "planType", "org", "creationDate"],
        "sort": [{"_score": "desc"}, *by_id] if params.words else by_id,
        "size": size,
        "track_total_hits": False,
    }
    if params.facets:
        body["aggs"] = {
            name: {"terms": {"field": FACET_FIELDS[name], "size": MAX_FACET_VALUES}} for name in params.facets
        }
    if after is not None:
        body["search_after"] = after
    return body


def _join(service_query: Query, *, scored: bool) -> Query:
    inner_hits = {"_source": ["whole"], "size": MAX_MATCHES, "sort": [*(["_score"] if scored else []), {"rank": "asc"}]}
    return {
        "type": SERVICES,
        "query": service_query,
        "score_mode": "max" if scored else "none",
        "inner_hits": inner_hits,
    }


def _plan_conditions(tenant: str, params: PlanSearchQuery) -> list[Query]:
    terms = {"tenant": tenant, "kind": "plan", "org": params.org, "planType": params.plan_type, "planId": params.plan}
    conditions: list[Query] = [{"term": {name: value}} for name, value in terms.items() if value is not None]
    if params.id_prefix:
        conditions.append({"prefix": {"planId": {"value": params.id_prefix}}})
    if params.days:
        conditions.append({"range": {"created": params.days}})
    return conditions + (_ranges(params) if params.level == "plan" else [])


def _service_query(tenant: str, params: PlanSearchQuery) -> Query | None:
    if not params.asks_services:
        return None
    conditions: list[Query] = [{"term": {"tenant": tenant}}]
    if params.plan is not None:
        conditions.append({"term": {"planId": params.plan}})
    if params.level == "service":
        conditions += _ranges(params)
    if params.object_type not in (None, "plan"):
        conditions.append({"term": {"objectTypes": params.object_type}})
    query: Query = {"filter": conditions}
    if params.words:
        query["must"] = [_text_query(params.words)]
    return {"bool": query}


def _ranges(params: PlanSearchQuery) -> list[Query]:
    return [{"range": {amount: bounds}} for amount, bounds in params.ranges.items()]


def _text_query(words: str) -> Query:
    # These query types interpret no operators in the text; a text without any word matches nothing.
    kinds = ["match"] if len(words) > _PREFIX_LENGTH else ["match", "match_bool_prefix"]
    return {"bool": {"should": [{kind: {"serviceText": {"query": words, "operator": "and"}}} for kind in kinds]}}
