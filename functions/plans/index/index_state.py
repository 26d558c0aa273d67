"""Queries that compare the plan index with the table, answered by the primary shard.

An index is named by an alias: the alias of searches, or one for writes.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from payerworks.json_text import Json
from payerworks.opensearch import UP_TO_DATE, hits, search, searching
from plans.index.documents import MAX_HITS, plan_filters, root_key, routing

_TOMBSTONE = {"term": {"deleted": True}}


class Content(NamedTuple):
    """The searchable documents of one plan.

    version    of the plan's own document or tombstone; 0 if there is neither
    live       whether the plan's own document exists
    documents  number of documents, tombstones not counted
    hashes     sum of the documents' hashes
    refused    number of documents that OpenSearch took only without their search fields
    """

    version: int = 0
    live: bool = False
    documents: int = 0
    hashes: int = 0
    refused: int = 0


def indexed_version(alias: str, tenant: str, plan_id: str) -> int:
    """The version up to which a plan is indexed, 0 if it is not; does not depend on a refresh."""
    params = {"routing": routing(tenant, plan_id), "_source": "false"} | UP_TO_DATE
    with searching() as client:
        document = client.get(index=alias, id=root_key(tenant, plan_id), params=params, ignore=404)
    return int(document["_version"]) if document.get("found") else 0


def refresh(alias: str) -> None:
    """Make all earlier writes searchable."""
    with searching() as client:
        client.indices.refresh(index=alias, params={"ignore_unavailable": "true"})


def read_contents(alias: str, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Content]:
    """The contents of an index for some plans, given as tenant and plan id; one aggregation per tenant."""
    version = {"max": {"field": "version"}}
    parts = {
        "hashes": {"sum": {"field": "hash"}},
        "own": {"filter": {"term": {"kind": "plan"}}, "aggs": {"version": version}},
        "tombstone": {"filter": _TOMBSTONE, "aggs": {"version": version}},
        "refused": {"filter": {"term": {"refused": True}}},
    }
    contents: dict[tuple[str, str], Content] = {}
    for tenant, group in groupby(sorted(keys), key=lambda key: key[0]):
        plan_ids = [plan_id for _, plan_id in group]
        filters = [{"term": {"tenant": tenant}}, {"terms": {"planId": plan_ids}}]
        plans = {"terms": {"field": "planId", "size": len(plan_ids)}, "aggs": parts}
        buckets = _aggregate(alias, filters, plans).get("buckets", ())
        contents |= {(tenant, bucket["key"]): _content(bucket) for bucket in buckets}
    return contents


def _content(bucket: dict[str, Any]) -> Content:
    own, tombstone = bucket["own"], bucket["tombstone"]
    version = max(own["version"]["value"] or 0, tombstone["version"]["value"] or 0)
    documents = bucket["doc_count"] - tombstone["doc_count"]
    hashes, refused = int(bucket["hashes"]["value"]), bucket["refused"]["doc_count"]
    return Content(int(version), own["doc_count"] > 0, documents, hashes, refused)


def indexed_plans(
    alias: str, tenant: str | None, after: Json, count: int
) -> tuple[list[tuple[str, str]], dict[str, Json] | None]:
    """Tenant and plan id of indexed plans (not mere tombstones), of one tenant or of all (None).

    Returns up to `count` in a fixed order, and the value of `after` for the next page, None after the last.
    """
    sources = [{name: {"terms": {"field": name}}} for name in ("tenant", "planId")]
    composite = {"size": count, "sources": sources} | ({"after": after} if after else {})
    filters = [{"bool": {"must_not": [_TOMBSTONE]}}, *([{"term": {"tenant": tenant}}] if tenant else [])]
    page = _aggregate(alias, filters, {"composite": composite})
    keys = [(bucket["key"]["tenant"], bucket["key"]["planId"]) for bucket in page.get("buckets", ())]
    return keys, page.get("after_key")


def _aggregate(alias: str, filters: Sequence[Json], aggregation: dict[str, Any]) -> dict[str, Any]:
    body = {"size": 0, "query": {"bool": {"filter": filters}}, "aggs": {"result": aggregation}}
    answer = search(alias, body, **UP_TO_DATE)
    result: dict[str, Any] = answer.get("aggregations", {}).get("result", {})
    return result


def plan_keys(alias: str, tenant: str, plan_id: str, up_to: int | None) -> Iterator[tuple[str, int]]:
    """`_id` and version of a plan's documents without tombstones; with `up_to`, only up to that version."""
    filters = plan_filters(tenant, plan_id)
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
        page = hits(alias, body, routing=routing(tenant, plan_id), **UP_TO_DATE)
        yield from ((hit["_id"], hit["_version"]) for hit in page)
        if len(page) < MAX_HITS:
            return
        body["search_after"] = page[-1]["sort"]
