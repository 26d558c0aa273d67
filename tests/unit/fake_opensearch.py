"""An OpenSearch in process for indexes of flat documents: what is written to an index is found at once."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import opensearchpy
import pytest

from payerworks.opensearch import opensearch

LAST = "\U0010ffff"
"""Where a document without the field is sorted to."""


class FakeOpenSearch:
    """Indexes by name, each with its documents by id; `aliases` has the index of each alias.

    `refuses` says which documents it refuses, with the status `refusal`. It forgets deletions at once. With `replicate`
    it answers from a replica which has what was there then, unless the primary is asked. `hang` lets the time pass in
    which a call gets no answer.
    """

    def __init__(self) -> None:
        self.aliases: dict[str, str] = {}
        self.documents: dict[str, dict[str, dict[str, Any]]] = {}
        self.down = False
        self.hang: Callable[[], None] | None = None
        self.refuses: Callable[[dict[str, Any]], bool] = lambda _: False
        self.refusal = 400
        self.indices = self
        self.bulk: Callable[..., dict[str, Any]] = self.answer_bulk
        self._replica: dict[str, dict[str, dict[str, Any]]] | None = None

    def replicate(self) -> None:
        self._replica = copy.deepcopy(self.documents)

    def create(self, index: str, body: dict[str, Any], params: dict[str, Any]) -> None:
        self.documents[index] = {}
        self.aliases |= dict.fromkeys(body["aliases"], index)

    def get_alias(self, name: str) -> dict[str, Any]:
        self._ask()
        wanted = name.removesuffix("*")
        found = {alias: index for alias, index in self.aliases.items() if alias.startswith(wanted)}
        return {index: {"aliases": {alias: {}}} for alias, index in found.items()}

    def refresh(self, index: str, params: dict[str, str]) -> None:
        self._ask()

    def answer_bulk(self, body: str, index: str, params: dict[str, Any]) -> dict[str, Any]:
        self._ask()
        return self.land(body, index)

    def land(self, body: str, index: str) -> dict[str, Any]:
        """Carry out a bulk request."""
        documents = self.documents[self.aliases[index]]
        lines = iter(map(json.loads, body.splitlines()))
        items = []
        for line in lines:
            [(operation, meta)] = line.items()
            assert meta["version_type"] == "external_gte"
            held = documents.get(meta["_id"])
            is_newer = held is not None and held["version"] > meta["version"]
            if operation == "delete" and not is_newer:
                documents.pop(meta["_id"], None)
            source = next(lines) if operation == "index" else None
            if source and self.refuses(source):
                error = {"type": "mapper_parsing_exception", "reason": f"failed to parse {source}"}
                items.append({operation: {"_id": meta["_id"], "status": self.refusal, "error": error}})
                continue
            if source and not is_newer:
                documents[meta["_id"]] = source
            result = {} if is_newer or held is None else {"result": "updated"}
            items.append({operation: {"_id": meta["_id"], "status": 409 if is_newer else 200} | result})
        return {"items": items}

    def get(self, index: str, id: str, params: dict[str, str], ignore: int) -> dict[str, Any]:  # noqa: A002
        self._ask()
        source = self._behind(index, params).get(id)
        return {"found": True, "_version": source["version"]} if source else {"found": False}

    def mget(self, body: dict[str, Any], index: str, params: dict[str, str]) -> dict[str, Any]:
        self._ask()
        documents = self._behind(index, params)
        found = {wanted: documents.get(wanted) for wanted in body["ids"]}
        return {"docs": [{"_id": key, "found": source is not None, "_source": source} for key, source in found.items()]}

    def search(self, index: str, body: dict[str, Any], params: dict[str, str]) -> dict[str, Any]:
        """Terms, ranges and prefixes, sorted, from a place on, or aggregated; the total only where it is asked for."""
        self._ask()
        query = body["query"]["bool"]
        documents = self._behind(index, params).items()
        found = {key: source for key, source in documents if _fits(source, query)}
        if "aggs" in body:
            return {"aggregations": _aggregated(list(found.values()), body["aggs"])}
        fields = [name for sort in body["sort"] for name in sort]
        hits: list[dict[str, Any]] = [
            {"_id": key, "_version": source["version"], "_source": source}
            | {"sort": [source.get(name, LAST) for name in fields]}
            for key, source in found.items()
        ]
        hits.sort(key=lambda hit: hit["sort"])
        hits = [hit for hit in hits if hit["sort"] > body.get("search_after", [])]
        total = {"total": {"value": len(found)}} if body.get("track_total_hits") is True else {}
        start = body.get("from", 0)
        shards = {"total": int(index in self.aliases)}
        return {"_shards": shards, "hits": {"hits": hits[start : start + body["size"]]} | total}

    def _behind(self, alias: str, params: dict[str, str]) -> dict[str, dict[str, Any]]:
        is_primary = self._replica is None or params.get("preference") == "_primary"
        documents = self.documents if self._replica is None or is_primary else self._replica
        return documents.get(self.aliases.get(alias, ""), {})

    def _ask(self) -> None:
        if self.down:
            raise opensearchpy.ConnectionError("N/A", "refused", ConnectionRefusedError())
        if self.hang:
            self.hang()
            raise opensearchpy.ConnectionTimeout("TIMEOUT", "read timed out", None)


def _fits(source: dict[str, Any], query: dict[str, Any]) -> bool:
    """Whether a document fits a query of kind `bool`."""
    excluded = any(_holds(source, condition) for condition in query.get("must_not", []))
    return not excluded and all(_holds(source, condition) for condition in query.get("filter", []))


def _holds(source: dict[str, Any], condition: dict[str, Any]) -> bool:
    [(kind, fields)] = condition.items()
    if kind == "bool":
        return _fits(source, fields)
    [(name, wanted)] = fields.items()
    value = source.get(name)
    value = value["name"] if isinstance(value, dict) else value
    if kind == "prefix":
        return str(value or "").startswith(wanted["value"])
    if kind == "range":
        return bool(value <= wanted["lte"])
    return value in wanted if kind == "terms" else value == wanted


def _aggregated(sources: list[dict[str, Any]], aggregations: dict[str, Any]) -> dict[str, Any]:
    return {name: _aggregate(sources, dict(one), one.get("aggs", {})) for name, one in aggregations.items()}


def _aggregate(sources: list[dict[str, Any]], one: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    if "filter" in one:
        found = [source for source in sources if _holds(source, one["filter"])]
        return {"doc_count": len(found)} | _aggregated(found, parts)
    [(kind, rule)] = [(kind, rule) for kind, rule in one.items() if kind != "aggs"]
    values = [source[rule["field"]] for source in sources if rule["field"] in source]
    if kind == "terms":
        groups = {key: [source for source in sources if source.get(rule["field"]) == key] for key in values}
        return {
            "buckets": [
                {"key": key, "doc_count": len(group)} | _aggregated(group, parts) for key, group in groups.items()
            ]
        }
    return {"value": sum(values) if kind == "sum" else max(values, default=None)}


@contextmanager
def installed(environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenSearch]:
    """The functions' client is one of an empty OpenSearch for a while."""
    server = FakeOpenSearch()
    environment(OPENSEARCH_ENDPOINT="http://127.0.0.1:9")
    monkeypatch.setattr(opensearchpy, "OpenSearch", lambda *_, **__: server)
    opensearch.cache_clear()
    yield server
    opensearch.cache_clear()
