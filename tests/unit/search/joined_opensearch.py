"""An OpenSearch in process that holds plans: external versions, filters, and the sums of drift checks.

Each index is one shard, so a routing decides nothing; documents remember theirs.
"""

import fnmatch
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import opensearchpy
import pytest

from payerworks.opensearch import opensearch

Document = dict[str, Any]


class JoinedOpenSearch:
    """Indexes by name, each with its documents by id, and the versions of those that were deleted.

    calls   the calls so far, by name, bulk calls with their operations and ids
    before  is called with a call's name before it is done: what happens meanwhile
    refuses says which documents it refuses
    """

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Document]] = {}
        self.deleted: dict[str, dict[str, int]] = {}
        self.aliases: dict[str, set[str]] = {}
        self.settings: dict[str, Any] = {}
        self.calls: list[Any] = []
        self.before: Callable[[str], None] = lambda _: None
        self.refuses: Callable[[Document], bool] = lambda _: False
        self.indices = _Indices(self)

    def begin(self, name: str, *members: Any) -> None:
        self.calls.append((name, *members))
        self.before(name)

    def names_of(self, name: str) -> list[str]:
        """The indexes that a name, an alias or a pattern means."""
        found = self.aliases.get(name) or {index for index in self.documents if fnmatch.fnmatch(index, name)}
        return sorted(found)

    def bulk(self, body: str, index: str, params: dict[str, str]) -> dict[str, Any]:
        lines = [json.loads(line) for line in body.splitlines()]
        self.begin("bulk", [line for line in lines if line.keys() & {"index", "delete"}])
        [name] = self.names_of(index) or [None]
        items, rest = [], iter(lines)
        for line in rest:
            [(operation, meta)] = line.items()
            source = next(rest) if operation == "index" else None
            if name is None or index not in self.aliases:
                error = {"type": "index_not_found_exception"}
                items.append({operation: {"_id": meta["_id"], "status": 404, "error": error}})
            else:
                items.append({operation: {"_id": meta["_id"]} | self._write(name, operation, meta, source)})
        return {"items": items}

    def _write(self, index: str, operation: str, meta: dict[str, Any], source: Document | None) -> dict[str, Any]:
        assert meta["version_type"] == "external_gte"
        key = meta["_id"]
        documents, deleted = self.documents[index], self.deleted[index]
        version = documents[key]["version"] if key in documents else deleted.get(key, 0)
        if version > meta["version"]:
            return {"status": 409}
        if source is None:
            deleted[key] = meta["version"]
            return {"status": 200, "result": "deleted"} if documents.pop(key, None) else {"status": 404}
        if self.refuses(source):
            return {"status": 400, "error": {"type": "mapper_parsing_exception"}}
        was_there = key in documents
        documents[key] = {"version": meta["version"], "source": source, "routing": meta.get("routing")}
        return {"status": 200, "result": "updated" if was_there else "created"}

    def get(self, index: str, id: str, params: dict[str, str], ignore: int) -> dict[str, Any]:  # noqa: A002
        self.begin("get")
        [name] = self.names_of(index)
        document = self.documents[name].get(id)
        return {"found": True, "_version": document["version"]} if document else {"found": False}

    def search(self, index: str, body: dict[str, Any], params: dict[str, str]) -> dict[str, Any]:
        self.begin("search", index, body)
        documents = [
            (identity, document)
            for name in self.names_of(index)
            for identity, document in self.documents[name].items()
            if _fits(identity, document["source"], body["query"])
        ]
        hits = [
            {"_id": identity, "_version": document["version"], "_source": document["source"]}
            | {"sort": [document["source"].get(field) for sort in body.get("sort", []) for field in sort]}
            for identity, document in documents
        ]
        hits = [hit for hit in sorted(hits, key=lambda hit: hit["sort"]) if hit["sort"] > body.get("search_after", [])]
        shards = {"total": len(self.names_of(index))}
        answer: dict[str, Any] = {"_shards": shards, "hits": {"hits": hits[: body.get("size", 10)]}}
        if "aggs" in body:
            answer["aggregations"] = {"result": _buckets([d["source"] for _, d in documents], body["aggs"]["result"])}
        return answer


class _Indices:
    """The part of a client that is about whole indexes."""

    def __init__(self, server: JoinedOpenSearch) -> None:
        self._server = server

    def create(self, index: str, body: dict[str, Any], params: dict[str, Any]) -> None:
        self._server.begin("create", index)
        self._server.documents[index], self._server.deleted[index] = {}, {}
        self._server.settings[index] = body["settings"]
        for alias in body["aliases"]:
            self._server.aliases.setdefault(alias, set()).add(index)

    def exists(self, index: str) -> bool:
        return index in self._server.documents

    def get(self, pattern: str) -> dict[str, Any]:
        return dict.fromkeys(self._server.names_of(pattern))

    def get_alias(self, name: str) -> dict[str, Any]:
        self._server.begin("get_alias")
        found: dict[str, Any] = {}
        for alias, indexes in self._server.aliases.items():
            if fnmatch.fnmatch(alias, name):
                for index in indexes:
                    found.setdefault(index, {"aliases": {}})["aliases"][alias] = {}
        return found

    def put_settings(self, body: dict[str, Any], index: str, params: dict[str, Any]) -> None:
        self._server.settings[index] = self._server.settings[index] | body["index"]

    def refresh(self, index: str, params: dict[str, str] | None = None) -> None:
        self._server.begin("refresh")

    def update_aliases(self, body: dict[str, Any], params: dict[str, Any]) -> None:
        self._server.begin("update_aliases")
        for action in body["actions"]:
            [(kind, members)] = action.items()
            indexes = set(self._server.names_of(members["index"]))
            for alias in [name for name in self._server.aliases if fnmatch.fnmatch(name, members["alias"])]:
                held = self._server.aliases[alias]
                self._server.aliases[alias] = held | indexes if kind == "add" else held - indexes

    def delete(self, index: str, params: dict[str, Any], ignore: int) -> None:
        self._server.begin("delete", index)
        self._server.documents.pop(index, None)


def _fits(identity: str, source: Document, query: dict[str, Any]) -> bool:
    [(kind, value)] = query.items()
    if kind == "bool":
        held = all(_fits(identity, source, condition) for condition in value.get("filter", []))
        return held and not any(_fits(identity, source, condition) for condition in value.get("must_not", []))
    if kind == "ids":
        return identity in value["values"]
    [(field, wanted)] = value.items()
    stored = source.get(field)
    if isinstance(stored, dict):
        stored = stored["name"]
    if kind == "range":
        return stored is not None and stored <= wanted["lte"]
    return stored in wanted if kind == "terms" else stored is not None and stored == wanted


def _buckets(sources: list[Document], aggregation: dict[str, Any]) -> dict[str, Any]:
    if "composite" in aggregation:
        after = aggregation["composite"].get("after")
        keys = sorted({(source["tenant"], source["planId"]) for source in sources})
        keys = [key for key in keys if after is None or key > (after["tenant"], after["planId"])]
        page = [{"tenant": tenant, "planId": plan} for tenant, plan in keys[: aggregation["composite"]["size"]]]
        return {"buckets": [{"key": key} for key in page]} | ({"after_key": page[-1]} if page else {})
    plans = sorted({source["planId"] for source in sources})[: aggregation["terms"]["size"]]
    return {"buckets": [_bucket(plan, [s for s in sources if s["planId"] == plan]) for plan in plans]}


def _bucket(plan: str, sources: list[Document]) -> dict[str, Any]:
    own = [source for source in sources if source.get("kind", {}).get("name") == "plan"]
    tombstones = [source for source in sources if source.get("deleted")]

    def of(found: list[Document]) -> dict[str, Any]:
        version = max((source["version"] for source in found), default=None)
        return {"doc_count": len(found), "version": {"value": version}}

    return {
        "key": plan,
        "doc_count": len(sources),
        "hashes": {"value": float(sum(source.get("hash", 0) for source in sources))},
        "own": of(own),
        "tombstone": of(tombstones),
        "refused": {"doc_count": sum(bool(source.get("refused")) for source in sources)},
    }


@contextmanager
def installed(environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[JoinedOpenSearch]:
    """The functions' client is one of an empty OpenSearch for a while."""
    server = JoinedOpenSearch()
    environment(OPENSEARCH_ENDPOINT="http://127.0.0.1:9")
    monkeypatch.setattr(opensearchpy, "OpenSearch", lambda *_, **__: server)
    opensearch.cache_clear()
    yield server
    opensearch.cache_clear()
