"""The OpenSearch queries of a search for plans.

All that is asked of services is asked of one document (search_fields.py), so plans are joined with that one kind of
children. OpenSearch joins by looking at every plan; where few services match, they are looked up first and the join
then looks at their plans alone, so that what is rare is found in the same time among any number of plans.
"""

from collections.abc import Collection
from typing import Any

from payerworks.json_text import Json
from plans.index.search_models import PlanSearchQuery
from plans.plan.document import SERVICES

MAX_MATCHES = 10
"""Services of a plan that an answer shows."""
MAX_FACET_VALUES = 100
FACET_FIELDS = {"planType": "planType", "_org": "org"}
_PREFIX_LENGTH = 200
"""Characters of a text whose last word may be the start of one. Each character can be a word (Chinese), each word is a
clause of a query, such a text needs them twice, and OpenSearch takes 1,024."""

Query = dict[str, Any]


def services_body(tenant: str, wanted: PlanSearchQuery, size: int) -> Query | None:
    """The search for up to so many services that match, any of them; None where nothing is asked of services."""
    asked = _of_service(tenant, wanted)
    if asked is None:
        return None
    query = {"bool": {"filter": [{"term": {"kind": SERVICES}}, asked]}}
    # In the order in which they are stored, it stops at the last one that is wanted.
    fields = {"_source": False, "docvalue_fields": ["planId"], "sort": ["_doc"]}
    return {"query": query, "size": size, "track_total_hits": False} | fields


def plans_body(
    tenant: str, wanted: PlanSearchQuery, after: Json, size: int, among: Collection[str] | None = None
) -> Query:
    """The search for plans, from a position on; `among`, where given, are the keys of all whose services match."""
    conditions = _of_plan(tenant, wanted)
    if among is not None:
        conditions.append({"terms": {"key": sorted(among)}})
    query: Query = {"filter": conditions}
    asked = _of_service(tenant, wanted)
    if asked is not None:
        query["must"] = [{"has_child": _join(asked, scored=bool(wanted.words))}]
    by_id: list[Query] = [{"planId": "asc"}]
    body: Query = {
        "query": {"bool": query},
        "_source": ["planId", "planType", "org", "creationDate"],
        "sort": [{"_score": "desc"}, *by_id] if wanted.words else by_id,
        "size": size,
        "track_total_hits": False,
    }
    if wanted.facets:
        body["aggs"] = {
            name: {"terms": {"field": FACET_FIELDS[name], "size": MAX_FACET_VALUES}} for name in wanted.facets
        }
    if after is not None:
        body["search_after"] = after
    return body


def _join(asked: Query, *, scored: bool) -> Query:
    shown = {"_source": ["whole"], "size": MAX_MATCHES, "sort": [*(["_score"] if scored else []), {"rank": "asc"}]}
    return {"type": SERVICES, "query": asked, "score_mode": "max" if scored else "none", "inner_hits": shown}


def _of_plan(tenant: str, wanted: PlanSearchQuery) -> list[Query]:
    terms = {"tenant": tenant, "kind": "plan", "org": wanted.org, "planType": wanted.plan_type}
    found: list[Query] = [{"term": {name: value}} for name, value in terms.items() if value is not None]
    days = {"gte": wanted.creation_date_gte, "lte": wanted.creation_date_lte}
    days = {bound: day for bound, day in days.items() if day is not None}
    if days:
        found.append({"range": {"created": days}})
    return found + (_ranges(wanted) if wanted.level == "plan" else [])


def _of_service(tenant: str, wanted: PlanSearchQuery) -> Query | None:
    conditions = _ranges(wanted) if wanted.level == "service" else []
    if wanted.object_type not in (None, "plan"):
        conditions.append({"term": {"objectTypes": wanted.object_type}})
    if not conditions and not wanted.words:
        return None
    query: Query = {"filter": [{"term": {"tenant": tenant}}, *conditions]}
    if wanted.words:
        query["must"] = [_text(wanted.words)]
    return {"bool": query}


def _ranges(wanted: PlanSearchQuery) -> list[Query]:
    return [{"range": {amount: bounds}} for amount, bounds in wanted.ranges.items()]


def _text(words: str) -> Query:
    # None of these reads a syntax into the text; one without any word in it finds nothing.
    kinds = ["match"] if len(words) > _PREFIX_LENGTH else ["match", "match_bool_prefix"]
    return {"bool": {"should": [{kind: {"serviceText": {"query": words, "operator": "and"}}} for kind in kinds]}}
