"""Plans in OpenSearch: one document an object, in the parent and child relations that clients know.

Alias `plans`. A document's `_id` hashes tenant, plan and the object's place, so a cost share that gets another objectId
overwrites the old one; its routing hashes tenant and plan, so a plan is on one shard. All have `tenant`, `planId`,
`objectId`, `parentId`, `version` (external: the plan's version that wrote it), `rank`, and `text`, the object's own
fields as JSON. The plan's and its services' also have what rebuilds the plan exactly: `before`/`after`, `whole`, and
`hash`, the low 32 bits of their part's hash: the hashes of a plan's documents add up to its digest, modulo 2**32.
A deleted plan leaves a tombstone in place of its own document: `deleted`, no `kind`, no `objectId`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from payerworks import json_text, opensearch
from payerworks.json_text import Json
from payerworks.opensearch import hits
from plans.index import search_fields
from plans.plan.document import SERVICES, RootText, ServicePart
from plans.plan.stored_plan import StoredRoot

ALIAS = "plans"
RELATIONS = {
    "plan": ["planCostShares", SERVICES],
    SERVICES: ["linkedService", "planserviceCostShares"],
}
MAX_HITS = 10_000
"""What one search of OpenSearch gives at most; a plan has fewer services."""
HASHES = 2**32
"""What a document's `hash` is below."""
REFRESH_MS = 500
"""Milliseconds until what was written is searchable, at most."""
_SEARCHED = ("objectId", "objectType", "planType", "creationDate", "name")
_NESTED = {"planCostShares", SERVICES, "linkedService", "planserviceCostShares"}
_KEYWORD = {"type": "keyword", "ignore_above": 1024}
_KEPT = {"type": "keyword", "index": False, "doc_values": False}

Action = dict[str, Any]


def definition() -> dict[str, Any]:
    """Settings and mapping of an index of plans. Fields that are not named are kept in `text` and not searched."""
    keywords = ("tenant", "planId", "objectId", "parentId", "objectType", "org", "planType", "creationDate", "key")
    properties: dict[str, Any] = dict.fromkeys(keywords, _KEYWORD)
    properties |= search_fields.PROPERTIES
    properties |= dict.fromkeys(("text", "whole", "before", "after", "digest"), _KEPT)
    properties |= {
        "name": {"type": "text", "fields": {"keyword": _KEYWORD}},
        "version": {"type": "long"},
        "rank": {"type": "long"},
        "hash": {"type": "long"},
        "deleted": {"type": "boolean"},
        "indexedAt": {"type": "date"},
        "kind": {"type": "join", "relations": RELATIONS},
    }
    # An interval that is set keeps refreshing an index that nobody has searched for a while.
    settings = {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": f"{REFRESH_MS}ms",
        "gc_deletes": "1h",
    }
    return {"settings": settings, "mappings": {"dynamic": False, "properties": properties}}


def routing(tenant: str, plan_id: str) -> str:
    """All documents of a plan are on one shard: parents find their children, and one search sees one moment."""
    return _hash(tenant, plan_id)


def root_key(tenant: str, plan_id: str) -> str:
    """The `_id` of a plan's own document; its version says up to which change the plan is indexed."""
    return _hash(tenant, plan_id)


def root_actions(root: StoredRoot) -> list[Action]:
    """What indexes a plan's own members, the plan's own document last."""
    plan = root.text.value
    own = _indexed(root, "plan", plan, _Place(()))
    own["source"] |= {"before": root.text.before, "after": root.text.after, "digest": f"{root.digest:x}"}
    own["source"] |= search_fields.of_plan(plan)
    own["source"]["hash"] = root.text.hash % HASHES
    shares = _Place(("planCostShares",), root.plan_id)
    return [_indexed(root, "planCostShares", plan["planCostShares"], shares), own]


def service_actions(root: StoredRoot, part: ServicePart) -> list[Action]:
    """What indexes a linked service and the two objects in it."""
    service = json_text.read(part.text)
    own = _indexed(root, SERVICES, service, _Place((SERVICES, part.object_id), root.plan_id, part.rank))
    own["source"] |= {"whole": part.text, "hash": part.hash % HASHES, **search_fields.of_service(service)}
    nested = [
        _indexed(root, name, service[name], _Place((SERVICES, part.object_id, name), part.object_id, part.rank))
        for name in RELATIONS[SERVICES]
    ]
    return [own, *nested]


def service_deletions(root: StoredRoot, object_id: str) -> list[Action]:
    """What takes a linked service and the two objects in it out of the index."""
    places = [(SERVICES, object_id), *((SERVICES, object_id, name) for name in RELATIONS[SERVICES])]
    return [deletion(root, _hash(root.tenant, root.plan_id, *place)) for place in places]


def tombstone(root: StoredRoot) -> Action:
    """What stands in place of a deleted plan's own document: up to which change the plan is indexed."""
    key = root_key(root.tenant, root.plan_id)
    names = {"tenant": root.tenant, "planId": root.plan_id, "key": key}
    source = names | {"version": root.version, "deleted": True}
    return deletion(root, key) | {"op": "index", "source": source}


def deletion(root: StoredRoot, key: str) -> Action:
    """What takes the document with this `_id` out, unless a newer version of the plan wrote it."""
    return forgotten(root.tenant, root.plan_id, key, root.version)


def forgotten(tenant: str, plan_id: str, key: str, version: int) -> Action:
    """What takes a document of this version out, of a plan that the table may not have."""
    return {"op": "delete", "id": key, "routing": routing(tenant, plan_id), "version": version}


def searchable_version(tenant: str, plan_id: str) -> int:
    """The version up to which searches find a plan, or its tombstone; 0 where they find neither."""
    body = {"query": {"ids": {"values": [root_key(tenant, plan_id)]}}, "_source": ["version"]}
    return max((hit["_source"]["version"] for hit in search(tenant, body)["hits"]["hits"]), default=0)


def search(tenant: str, body: dict[str, Any]) -> dict[str, Any]:
    """OpenSearch's answer to a search. All of a tenant's go to the same copy of a shard: pages fit one another."""
    return opensearch.search(ALIAS, body, preference=f"tenant-{tenant}")


def read_plan(tenant: str, plan_id: str) -> tuple[RootText, list[ServicePart], int] | None:
    """A plan as the index has it: its own text, its services in their order, the digest they should have.

    None where it is not there. One search sees one moment, and that can lie within a change: check the digest.
    """
    kinds = {"terms": {"kind": ["plan", SERVICES]}}
    body = {
        "query": {"bool": {"filter": [*of_plan(tenant, plan_id), kinds]}},
        "_source": ["objectId", "rank", "whole", "before", "after", "digest"],
        "sort": [{"rank": "asc"}],
        "size": MAX_HITS,
    }
    sources = [hit["_source"] for hit in hits(ALIAS, body, routing(tenant, plan_id))]
    root = next((source for source in sources if "digest" in source), None)
    if root is None:
        return None
    parts = [
        ServicePart(source["objectId"], source["rank"], source["whole"]) for source in sources if "whole" in source
    ]
    return RootText(root["before"], root["after"]), parts, int(root["digest"], 16)


def find_objects(
    filters: Mapping[str, str | Sequence[str]], after: Json, size: int
) -> list[tuple[dict[str, Json], Json]]:
    """Objects whose fields have these values (one of them, for a list), each with its place in the order of all."""
    terms = [{"terms" if isinstance(value, list) else "term": {name: value}} for name, value in filters.items()]
    body: dict[str, Any] = {
        "query": {"bool": {"filter": terms}},
        "_source": ["planId", "parentId", "text"],
        "sort": [{"planId": "asc"}, {"rank": "asc"}, {"key": "asc"}],
        "size": size,
    }
    if after is not None:
        body["search_after"] = after
    return [(_object(hit["_source"]), hit["sort"]) for hit in hits(ALIAS, body)]


class _Place(NamedTuple):
    """Where an object stands: the way to it from its plan, its parent's object id, the rank of its linked service."""

    way: tuple[str, ...]
    parent_id: str | None = None
    rank: int = 0


def _indexed(root: StoredRoot, kind: str, value: Mapping[str, Json], place: _Place) -> Action:
    route = routing(root.tenant, root.plan_id)
    key = _hash(root.tenant, root.plan_id, *place.way)
    join = {"name": kind}
    if place.way:
        # A service's own objects are children of it; it and the plan's cost shares are children of the plan.
        join["parent"] = _hash(root.tenant, root.plan_id, *(place.way[:2] if len(place.way) > 2 else ()))
    source = {
        "tenant": root.tenant,
        "planId": root.plan_id,
        "parentId": place.parent_id,
        "version": root.version,
        "rank": place.rank,
        "key": key,
        "kind": join,
        "org": value.get("_org"),
        "text": json_text.write({name: member for name, member in value.items() if name not in _NESTED}),
    }
    # A member that is not known to the model may be anything; OpenSearch refuses a document with objects in these.
    source |= {name: value[name] for name in _SEARCHED if isinstance(value.get(name), str | int | float)}
    return {"op": "index", "id": key, "routing": route, "version": root.version, "source": source}


def _object(source: Mapping[str, Any]) -> dict[str, Json]:
    own: dict[str, Json] = json_text.read(source["text"])
    return own | {"planId": source["planId"], "parentId": source["parentId"]}


def of_plan(tenant: str, plan_id: str) -> list[dict[str, Any]]:
    """The filters that all documents of a plan pass."""
    return [{"term": {"tenant": tenant}}, {"term": {"planId": plan_id}}]


def _hash(*names: str) -> str:
    return hashlib.blake2b(json_text.write(names).encode(), digest_size=16).hexdigest()
