"""Plans in OpenSearch: one document per object, in the parent and child relations that clients know.

Alias `plans`. A document's `_id` hashes tenant, plan and the object's path in the plan, so a cost share with a new
objectId overwrites the old one. All documents have

    tenant, planId, objectId, parentId
    version             the plan's version that wrote the document, also its external version
    rank                of the linked service
    text                the object's own fields as JSON

From these, the documents of the plan itself and of its services rebuild the plan exactly:

    before, after       the plan's own text
    whole               a service's text
    hash                the low 32 bits of the part's hash; the sum over a plan equals its digest modulo 2**32

A document that OpenSearch refuses is written without the fields that searches query, and with `refused`: it is counted,
listed and rebuilt as any other, and found again once its plan is corrected (payerworks/opensearch.py).

A deleted plan leaves a tombstone in place of its own document: `deleted`, no `kind`, no `objectId`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from payerworks import json_text, opensearch
from payerworks.json_text import Json
from payerworks.opensearch import Action
from payerworks.search_index import index_settings, require_index
from plans.index import search_fields
from plans.plan.document import SERVICES, RootText, ServicePart
from plans.plan.stored_plan import StoredRoot

ALIAS = "plans"
RELATIONS = {
    "plan": ["planCostShares", SERVICES],
    SERVICES: ["linkedService", "planserviceCostShares"],
}
MAX_HITS = 10_000
"""OpenSearch's limit on the hits of one search; a plan has fewer services."""
HASHES = 2**32
"""A document's `hash` is less than this."""
REFRESH_MS = 500
"""A write is searchable after this many milliseconds at most."""
_SEARCHED = ("objectId", "objectType", "planType", "creationDate", "name")
_NESTED = {"planCostShares", SERVICES, "linkedService", "planserviceCostShares"}
_KEYWORD = {"type": "keyword", "ignore_above": 1024}
_STORED_ONLY = {"type": "keyword", "index": False, "doc_values": False}

_ONLY_SEARCHED = frozenset({*search_fields.PROPERTIES, "name"})
"""Fields that an answer never shows."""


def definition() -> dict[str, Any]:
    """Settings and mapping of an index of plans. Fields not listed here are only stored, in `text`."""
    keywords = ("tenant", "planId", "objectId", "parentId", "objectType", "org", "planType", "creationDate", "key")
    properties: dict[str, Any] = dict.fromkeys(keywords, _KEYWORD)
    properties |= search_fields.PROPERTIES
    properties |= dict.fromkeys(("text", "whole", "before", "after", "digest"), _STORED_ONLY)
    properties |= {
        "name": {"type": "text", "fields": {"keyword": _KEYWORD}},
        "version": {"type": "long"},
        "rank": {"type": "long"},
        "hash": {"type": "long"},
        "deleted": {"type": "boolean"},
        "refused": {"type": "boolean"},
        "indexedAt": {"type": "date"},
        "kind": {"type": "join", "relations": RELATIONS},
    }
    settings = index_settings(f"{REFRESH_MS}ms") | {"gc_deletes": "1h"}
    return {"settings": settings, "mappings": {"dynamic": False, "properties": properties}}


def routing(tenant: str, plan_id: str) -> str:
    """The routing of a plan's documents: all on one shard, where parents find children and a search sees one moment."""
    return _hash(tenant, plan_id)


def root_key(tenant: str, plan_id: str) -> str:
    """The `_id` of a plan's own document, whose version is the version up to which the plan is indexed."""
    return _hash(tenant, plan_id)


def root_actions(root: StoredRoot) -> list[Action]:
    """The actions that index a plan's own members; the last one writes the plan's own document."""
    plan = root.text.value
    own = _index_action(root, "plan", plan, _ObjectPath(()))
    own["source"] |= {"before": root.text.before, "after": root.text.after, "digest": f"{root.digest:x}"}
    own["source"] |= search_fields.plan_fields(plan)
    own["source"]["hash"] = root.text.hash % HASHES
    shares_path = _ObjectPath(("planCostShares",), root.plan_id)
    return [_index_action(root, "planCostShares", plan["planCostShares"], shares_path), own]


def service_actions(root: StoredRoot, part: ServicePart) -> list[Action]:
    """The actions that index a linked service and the two objects in it."""
    service = json_text.read(part.text)
    own = _index_action(root, SERVICES, service, _ObjectPath((SERVICES, part.object_id), root.plan_id, part.rank))
    actions = [own]
    own["source"] |= {"whole": part.text, "hash": part.hash % HASHES, **search_fields.service_fields(service)}
    for name in RELATIONS[SERVICES]:
        path = _ObjectPath((SERVICES, part.object_id, name), part.object_id, part.rank)
        actions.append(_index_action(root, name, service[name], path))
    return actions


def service_delete_actions(root: StoredRoot, object_id: str) -> list[Action]:
    """The actions that delete a linked service and the two objects in it from the index."""
    paths = [(SERVICES, object_id), *((SERVICES, object_id, name) for name in RELATIONS[SERVICES])]
    keys = [_hash(root.tenant, root.plan_id, *path) for path in paths]
    return [delete_action(root.tenant, root.plan_id, key, root.version) for key in keys]


def tombstone_action(root: StoredRoot) -> Action:
    """The action that writes the tombstone in place of a deleted plan's own document."""
    key = root_key(root.tenant, root.plan_id)
    names = {"tenant": root.tenant, "planId": root.plan_id, "key": key}
    source = names | {"version": root.version, "deleted": True}
    return delete_action(root.tenant, root.plan_id, key, root.version) | {"op": "index", "source": source}


def delete_action(tenant: str, plan_id: str, key: str, version: int) -> Action:
    """The action that deletes the document with `_id` `key` unless a newer version of the plan wrote it."""
    return {"op": "delete", "id": key, "routing": routing(tenant, plan_id), "version": version}


def plan_key(action: Action) -> tuple[str, str]:
    """Tenant and plan id of an action that indexes."""
    return action["source"]["tenant"], action["source"]["planId"]


def searchable_version(tenant: str, plan_id: str) -> int:
    """The version of a plan, or of its tombstone, that searches find; 0 if they find neither."""
    body = {"query": {"ids": {"values": [root_key(tenant, plan_id)]}}, "_source": ["version"]}
    page = opensearch.hits(ALIAS, body, preference=_copy_of(tenant))
    return max((hit["_source"]["version"] for hit in page), default=0)


def search(tenant: str, body: dict[str, Any]) -> dict[str, Any]:
    """OpenSearch's answer to a search. Raises Unavailable, also without an index that changes wait for."""
    return _search(body, preference=_copy_of(tenant))


def _search(body: dict[str, Any], **params: str) -> dict[str, Any]:
    answer = opensearch.search(ALIAS, body, **params)
    require_index(answer, "search_index")
    return answer


def _copy_of(tenant: str) -> str:
    """The preference with which a tenant always reads the same copy of a shard, so that its pages are consistent."""
    return f"tenant-{tenant}"


def read_indexed_plan(tenant: str, plan_id: str) -> tuple[RootText, list[ServicePart], int] | None:
    """A plan in the index: its own text, its services by rank, and the digest they must have; None if not indexed.

    One search sees one moment, which may be in the middle of a change: check the digest.
    """
    kinds = {"terms": {"kind": ["plan", SERVICES]}}
    body = {
        "query": {"bool": {"filter": [*plan_filters(tenant, plan_id), kinds]}},
        "_source": ["objectId", "rank", "whole", "before", "after", "digest"],
        "sort": [{"rank": "asc"}],
        "size": MAX_HITS,
    }
    answer = _search(body, routing=routing(tenant, plan_id))
    sources = [hit["_source"] for hit in answer["hits"]["hits"]]
    root = next((source for source in sources if "digest" in source), None)
    if root is None:
        return None
    parts = [
        ServicePart(source["objectId"], source["rank"], source["whole"]) for source in sources if "whole" in source
    ]
    return RootText(root["before"], root["after"]), parts, int(root["digest"], 16)


def object_filters(object_id: str, parent_type: str | None, plan_id: str | None) -> dict[str, str | list[str]]:
    """The filters of the objects with an id, or with `parent_type` of the children of the object with it, in a plan."""
    filters: dict[str, str | list[str]] = {"objectId": object_id}
    if parent_type is not None:
        filters = {"parentId": object_id, "kind": RELATIONS[parent_type]}
    return filters | ({} if plan_id is None else {"planId": plan_id})


def find_objects(
    filters: Mapping[str, str | Sequence[str]], after: Json, size: int
) -> list[tuple[dict[str, Json], Json]]:
    """Objects whose fields have these values (or one in a list), each with its position for `after`."""
    terms = [{"terms" if isinstance(value, list) else "term": {name: value}} for name, value in filters.items()]
    body: dict[str, Any] = {
        "query": {"bool": {"filter": terms}},
        "_source": ["planId", "parentId", "text"],
        "sort": [{"planId": "asc"}, {"rank": "asc"}, {"key": "asc"}],
        "size": size,
    }
    if after is not None:
        body["search_after"] = after
    return [(indexed_object(hit["_source"]), hit["sort"]) for hit in _search(body)["hits"]["hits"]]


class _ObjectPath(NamedTuple):
    """The path of an object from its plan, with its parent's object id and the rank of its linked service."""

    names: tuple[str, ...]
    parent_id: str | None = None
    rank: int = 0


def _index_action(root: StoredRoot, kind: str, value: Mapping[str, Json], path: _ObjectPath) -> Action:
    key = _hash(root.tenant, root.plan_id, *path.names)
    join = {"name": kind}
    if path.names:
        # The two objects in a service are its children; services and the plan's cost shares are children of the plan.
        join["parent"] = _hash(root.tenant, root.plan_id, *(path.names[:2] if len(path.names) > 2 else ()))
    source = {
        "tenant": root.tenant,
        "planId": root.plan_id,
        "parentId": path.parent_id,
        "version": root.version,
        "rank": path.rank,
        "key": key,
        "kind": join,
        "org": value.get("_org"),
        "text": json_text.write({name: member for name, member in value.items() if name not in _NESTED}),
    }
    source |= {name: text for name in _SEARCHED if (text := _searched_text(value.get(name))) is not None}
    written = {"op": "index", "source": source, "searched": _ONLY_SEARCHED}
    return delete_action(root.tenant, root.plan_id, key, root.version) | written


def _searched_text(value: Json) -> str | None:
    # A member unknown to the model can have any type; OpenSearch refuses an object in these fields, and a long number.
    if isinstance(value, int | float):
        return json_text.write(value)
    return value if isinstance(value, str) else None


def indexed_object(source: Mapping[str, Any]) -> dict[str, Json]:
    """An object as answers show it, from its document."""
    own: dict[str, Json] = json_text.read(source["text"])
    return own | {"planId": source["planId"], "parentId": source["parentId"]}


def plan_filters(tenant: str, plan_id: str) -> list[dict[str, Any]]:
    """The filters that match all documents of a plan."""
    return [{"term": {"tenant": tenant}}, {"term": {"planId": plan_id}}]


def _hash(*names: str) -> str:
    return hashlib.blake2b(json_text.write(names).encode(), digest_size=16).hexdigest()
