"""What an index has of plans, asked so that it can be held against the table, and what is to be taken out of it.

An index is named by an alias: the one that searches read, or one that writers write to.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from payerworks.json_text import Json
from payerworks.opensearch import hits, searching
from plans.index.documents import MAX_HITS, of_plan, root_key, routing

_TOMBSTONE = {"term": {"deleted": True}}


class Content(NamedTuple):
    """What there is of one plan: the version of its own document or tombstone (0 where there is neither), whether that
    is the plan's own document, the number of documents beside tombstones, and the sum of their hashes.
    """

    version: int = 0
    live: bool = False
    documents: int = 0
    hashes: int = 0


def indexed_version(alias: str, tenant: str, plan_id: str) -> int:
    """The version up to which a plan is indexed, 0 where it is not; as it is now, before any refresh."""
    params = {"routing": routing(tenant, plan_id), "_source": "false"}
    with searching() as client:
        found = client.get(index=alias, id=root_key(tenant, plan_id), params=params, ignore=404)
    return int(found["_version"]) if found.get("found") else 0


def refresh(alias: str) -> None:
    """Make all that was written searchable."""
    with searching() as client:
        client.indices.refresh(index=alias, params={"ignore_unavailable": "true"})


def contents(alias: str, tenant: str, plan_ids: Collection[str]) -> dict[str, Content]:
    """What is searchable of some plans of a tenant, by plan id, by one aggregation; no document is read."""
    filters = [{"term": {"tenant": tenant}}, {"terms": {"planId": [*plan_ids]}}]
    version = {"max": {"field": "version"}}
    parts = {
        "hashes": {"sum": {"field": "hash"}},
        "own": {"filter": {"term": {"kind": "plan"}}, "aggs": {"version": version}},
        "tombstone": {"filter": _TOMBSTONE, "aggs": {"version": version}},
    }
    plans = {"terms": {"field": "planId", "size": len(plan_ids)}, "aggs": parts}
    found = _aggregated(alias, filters, plans)
    return {bucket["key"]: _content(bucket) for bucket in found.get("buckets", ())}


def _content(bucket: dict[str, Any]) -> Content:
    own, tombstone = bucket["own"], bucket["tombstone"]
    version = max(own["version"]["value"] or 0, tombstone["version"]["value"] or 0)
    documents = bucket["doc_count"] - tombstone["doc_count"]
    return Content(int(version), own["doc_count"] > 0, documents, int(bucket["hashes"]["value"]))


def indexed_plans(
    alias: str, tenant: str | None, after: Json, count: int
) -> tuple[list[tuple[str, str]], dict[str, Json] | None]:
    """Plans that have documents beside a tombstone, each as tenant and plan id, of one tenant or of all (None).

    Up to `count` of them in a fixed order, and what to give as `after` for the next; None after the last.
    """
    sources = [{name: {"terms": {"field": name}}} for name in ("tenant", "planId")]
    composite = {"size": count, "sources": sources} | ({"after": after} if after else {})
    filters = [{"bool": {"must_not": [_TOMBSTONE]}}, *([{"term": {"tenant": tenant}}] if tenant else [])]
    found = _aggregated(alias, filters, {"composite": composite})
    keys = [(bucket["key"]["tenant"], bucket["key"]["planId"]) for bucket in found.get("buckets", ())]
    return keys, found.get("after_key")


def _aggregated(alias: str, filters: Sequence[Json], aggregation: dict[str, Any]) -> dict[str, Any]:
    body = {"size": 0, "query": {"bool": {"filter": filters}}, "aggs": {"found": aggregation}}
    with searching() as client:
        answer = client.search(index=alias, body=body, params={"ignore_unavailable": "true"})
    found: dict[str, Any] = answer.get("aggregations", {}).get("found", {})
    return found


def plan_keys(alias: str, tenant: str, plan_id: str, up_to: int | None) -> Iterator[tuple[str, int]]:
    """`_id` and version of each of a plan's documents, tombstones left out; with `up_to`, of no later version."""
    filters = of_plan(tenant, plan_id)
    if up_to is not None:
        filters.append({"range": {"version": {"lte": up_to}}})
    refresh(alias)
    body: dict[str, Any] = {
        "query": {"bool": {"filter": filters, "must_not": [_TOMBSTONE]}},
        "_source": False,
        "version": True,
        "sort": [{"key": "asc"}],
        "size": MAX_HITS,
    }
    while True:
        page = hits(alias, body, routing(tenant, plan_id))
        yield from ((hit["_id"], hit["_version"]) for hit in page)
        if len(page) < MAX_HITS:
            return
        body["search_after"] = page[-1]["sort"]
