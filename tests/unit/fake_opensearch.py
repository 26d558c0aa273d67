"""An OpenSearch in process for indexes of flat documents: what is written to an index is found at once."""

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

    `refuses` says which documents it refuses, with the status `refusal`.
    """

    def __init__(self) -> None:
        self.aliases: dict[str, str] = {}
        self.documents: dict[str, dict[str, dict[str, Any]]] = {}
        self.down = False
        self.refuses: Callable[[dict[str, Any]], bool] = lambda _: False
        self.refusal = 400
        self.indices = self

    def create(self, index: str, body: dict[str, Any]) -> None:
        self.documents[index] = {}
        self.aliases |= dict.fromkeys(body["aliases"], index)

    def get_alias(self, name: str) -> dict[str, Any]:
        self._ask()
        wanted = name.removesuffix("*")
        found = {alias: index for alias, index in self.aliases.items() if alias.startswith(wanted)}
        return {index: {"aliases": {alias: {}}} for alias, index in found.items()}

    def refresh(self, index: str, params: dict[str, str]) -> None:
        self._ask()

    def bulk(self, body: str, index: str, params: dict[str, str]) -> dict[str, Any]:
        self._ask()
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
            items.append({operation: {"_id": meta["_id"], "status": 409 if is_newer else 200}})
        return {"items": items}

    def get(self, index: str, id: str, params: dict[str, str], ignore: int) -> dict[str, Any]:  # noqa: A002
        self._ask()
        source = self._behind(index).get(id)
        return {"found": True, "_version": source["version"]} if source else {"found": False}

    def mget(self, body: dict[str, Any], index: str) -> dict[str, Any]:
        self._ask()
        documents = self._behind(index)
        found = {wanted: documents.get(wanted) for wanted in body["ids"]}
        return {"docs": [{"_id": key, "found": source is not None, "_source": source} for key, source in found.items()]}

    def search(self, index: str, body: dict[str, Any], params: dict[str, str]) -> dict[str, Any]:
        """Terms and prefixes, sorted, from a place on; the total only where it is asked for."""
        self._ask()
        found = [source for source in self._behind(index).values() if _fits(source, body["query"]["bool"]["filter"])]
        fields = [name for sort in body["sort"] for name in sort]
        keys = [[source.get(name, LAST) for name in fields] for source in found]
        pairs = zip(found, keys, strict=True)
        hits = [{"_id": source["id"], "_source": source, "sort": key} for source, key in pairs]
        hits.sort(key=lambda hit: hit["sort"])
        hits = [hit for hit in hits if hit["sort"] > body.get("search_after", [])]
        total = {"total": {"value": len(found)}} if body.get("track_total_hits") is True else {}
        start = body.get("from", 0)
        return {"hits": {"hits": hits[start : start + body["size"]]} | total}

    def _behind(self, alias: str) -> dict[str, dict[str, Any]]:
        return self.documents.get(self.aliases.get(alias, ""), {})

    def _ask(self) -> None:
        if self.down:
            raise opensearchpy.ConnectionError("N/A", "refused", ConnectionRefusedError())


def _fits(source: dict[str, Any], filters: list[dict[str, Any]]) -> bool:
    for condition in filters:
        [(kind, [(name, wanted)])] = [(kind, list(fields.items())) for kind, fields in condition.items()]
        if kind == "term" and source[name] != wanted:
            return False
        if kind == "prefix" and not source.get(name, "").startswith(wanted["value"]):
            return False
    return True


@contextmanager
def installed(environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenSearch]:
    """The functions' client is one of an empty OpenSearch for a while."""
    server = FakeOpenSearch()
    environment(OPENSEARCH_ENDPOINT="http://127.0.0.1:9")
    monkeypatch.setattr(opensearchpy, "OpenSearch", lambda *_, **__: server)
    opensearch.cache_clear()
    yield server
    opensearch.cache_clear()
