"""OpenSearch in memory, with the methods of its client that plans and patients use.

A document is read by id at once, and found by searches after a refresh. A write with an external version is refused
where a newer one is; a deletion leaves its version for a while, but a restart forgets it. A bulk call may wait for its
primary shard (its `timeout`, a minute by default) and land after the client has given up.
"""

import json
from collections.abc import Callable, Generator, Iterable
from typing import Any

import opensearchpy

from tests.models.scheduler import Scheduler, ServerError

SECONDS = 8.0
"""How long the client waits for an answer (payerworks/opensearch.py)."""
PRIMARY_WAIT = 60.0
REFRESH_SECONDS = 0.5
REPLICA_SECONDS = (1.0, 30.0)

Source = dict[str, Any]


class _Index:
    """Documents by id: version and source (None: deleted). `found` is what searches see, `replica` the same of a copy.

    A copy replicates segments, so it has what was refreshed some time ago; it does not know documents by id sooner.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.documents: dict[str, tuple[int, Source | None]] = {}
        self.found: dict[str, tuple[int, Source]] = {}
        self.replica: dict[str, tuple[int, Source]] = {}
        self._refresh_is_due = False

    def note_write(self) -> None:
        """Refresh soon."""
        if not self._refresh_is_due:
            self._refresh_is_due = True
            self._scheduler.after(REFRESH_SECONDS * self._scheduler.draw.random(), self.refresh)

    def refresh(self) -> None:
        """Make all writes searchable here, and soon in the copy."""
        self._refresh_is_due = False
        found = {key: (version, source) for key, (version, source) in self.documents.items() if source is not None}
        self.found = found
        draw = self._scheduler.draw
        self._scheduler.after(draw.choice(REPLICA_SECONDS) * draw.random(), lambda: setattr(self, "replica", found))


class OpenSearch:
    """The client."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.aliases: dict[str, str] = {}
        self.indexes: dict[str, _Index] = {}
        self.indices = self
        self._hangs_until = 0.0
        self._has_replica = scheduler.draw.random() < 0.3
        self._waits = scheduler.draw.choice((0.0, 0.1, 0.4))  # how often the primary shard is away

    def hang(self, seconds: float) -> None:
        """Answer no call for a while."""
        self._scheduler.note(f"opensearch hangs for {seconds} s")
        self._hangs_until = self._scheduler.now + seconds

    # ---- indexes

    def create(self, index: str, body: Source, params: Source | None = None) -> Source:
        def effect() -> Source:
            if index in self.indexes:
                raise ServerError(opensearchpy.RequestError(400, "resource_already_exists_exception", {}))
            self.indexes[index] = _Index(self._scheduler)
            self.aliases |= dict.fromkeys(body["aliases"], index)
            return {}

        return self._call(f"create the index {index}", effect)

    def get_alias(self, name: str, params: Source | None = None) -> Source:
        def effect() -> Source:
            wanted = {alias: index for alias, index in self.aliases.items() if alias.startswith(name.removesuffix("*"))}
            return {
                index: {"aliases": {alias: {} for alias, of in wanted.items() if of == index}}
                for index in wanted.values()
            }

        return self._call(f"aliases {name}", effect)

    def refresh(self, index: str, params: Source | None = None) -> Source:
        def effect() -> Source:
            if (found := self._behind(index)) is not None:
                found.refresh()
            return {}

        return self._call(f"refresh {index}", effect)

    # ---- documents

    def get(self, index: str, id: str, params: Source, ignore: int) -> Source:  # noqa: A002
        def effect() -> Source:
            found = self._need(index)
            documents = found.replica if self._asks_copy(params) else found.documents
            version, source = documents.get(id, (0, None))
            return {"found": True, "_version": version, "_source": source} if source is not None else {"found": False}

        return self._call(f"get {id[:8]} of {index}", effect)

    def bulk(self, body: str, index: str, params: Source) -> Source:
        lines = [json.loads(line) for line in body.splitlines()]
        most = _seconds(params.get("timeout", f"{PRIMARY_WAIT:.0f}s"))

        def effect() -> "Generator[float, None, Source]":
            if self._scheduler.weather.late and self._scheduler.chance(self._waits):
                waits = PRIMARY_WAIT * self._scheduler.draw.random()
                yield min(waits, most)
                if waits > most:
                    return {"items": [{"index": {"_id": "", "status": 503}}]}
            found = self._need(index)
            items = []
            steps = iter(lines)
            for line in steps:
                [(operation, meta)] = line.items()
                items.append(
                    {operation: self._write(found, operation, meta, next(steps) if operation == "index" else None)}
                )
                if self._scheduler.chance(self._scheduler.weather.torn / 20):
                    yield 0.5 * self._scheduler.draw.random()
            return {"items": items}

        return self._call(f"bulk of {len(lines)} lines to {index}", effect)

    def _write(self, index: _Index, operation: str, meta: Source, source: Source | None) -> Source:
        key, version = meta["_id"], meta["version"]
        before, stored = index.documents.get(key, (-1, None))
        is_refused = before > version if meta["version_type"] == "external_gte" else before >= version
        if is_refused:
            return {"_id": key, "status": 409}
        index.documents[key] = (version, source)
        index.note_write()
        if operation == "delete":
            return {"_id": key, "status": 200 if stored is not None else 404, "result": "deleted"}
        return {"_id": key, "status": 200, "result": "updated" if stored is not None else "created"}

    def forget_deletions(self) -> None:
        """Forget all deletions, as a restart or an hour does."""
        self._scheduler.note("opensearch forgets its deletions")
        for index in self.indexes.values():
            index.documents = {key: pair for key, pair in index.documents.items() if pair[1] is not None}

    # ---- searches

    def search(self, index: str, body: Source, params: Source | None = None) -> Source:
        def effect() -> Source:
            found = self._behind(index)
            if found is None:
                return {"_shards": {"total": 0}, "hits": {"hits": [], "total": {"value": 0}}}
            return _searched(found.replica if self._asks_copy(params or {}) else found.found, body)

        return self._call(f"search {index}", effect)

    def mget(self, body: Source, index: str) -> Source:
        def effect() -> Source:
            documents = self._need(index).documents
            found = {key: documents.get(key, (0, None)) for key in body["ids"]}
            return {
                "docs": [
                    {"_id": key, "found": source is not None, "_source": source, "_version": version}
                    for key, (version, source) in found.items()
                ]
            }

        return self._call(f"get {len(body['ids'])} documents of {index}", effect)

    def _asks_copy(self, params: Source) -> bool:
        return params.get("preference") != "_primary" and self._has_replica and self._scheduler.chance(0.7)

    def _behind(self, alias: str) -> _Index | None:
        return self.indexes.get(self.aliases.get(alias, alias))

    def _need(self, alias: str) -> _Index:
        found = self._behind(alias)
        if found is None:
            raise ServerError(opensearchpy.NotFoundError(404, "index_not_found_exception", {}))
        return found

    def _call(self, words: str, effect: Callable[[], Any]) -> Source:
        def served() -> Any:
            if self._scheduler.now < self._hangs_until:
                return _never()
            if self._scheduler.chance(self._scheduler.weather.busy):
                raise ServerError(opensearchpy.TransportError(429, "es_rejected_execution_exception", {}))
            return effect()

        answer: Source = self._scheduler.call(words, served, limit=SECONDS, no_answer=_no_answer)
        return answer


def _never() -> "Generator[float, None, None]":
    while True:
        yield float("inf")


def _no_answer() -> Exception:
    return opensearchpy.ConnectionTimeout("TIMEOUT", "no answer", TimeoutError())


def _seconds(text: str) -> float:
    return float(text.removesuffix("s")) if not text.endswith("ms") else float(text.removesuffix("ms")) / 1000


# ---- queries and aggregations, as far as they are in use


def _searched(documents: dict[str, tuple[int, Source]], body: Source) -> Source:
    found = [
        (key, version, source) for key, (version, source) in documents.items() if _fits(key, source, body["query"])
    ]
    names = [(name, order) for sort in body.get("sort", ()) for name, order in sort.items()]
    hits = [
        {"_id": key, "_version": version, "_source": source, "sort": [source.get(name) for name, _ in names]}
        for key, version, source in found
    ]
    hits.sort(key=lambda hit: hit["sort"])
    hits = [hit for hit in hits if "search_after" not in body or hit["sort"] > body["search_after"]]
    page = {"hits": hits[: body.get("size", 10)], "total": {"value": len(found)}}
    answer: Source = {"_shards": {"total": 1}, "hits": page}
    if "aggs" in body:
        answer["aggregations"] = _aggregated([source for _, _, source in found], body["aggs"])
    return answer


def _fits(key: str, source: Source, query: Source) -> bool:
    [(kind, given)] = query.items()
    if kind == "bool":
        return all(_fits(key, source, part) for part in given.get("filter", ())) and not any(
            _fits(key, source, part) for part in given.get("must_not", ())
        )
    if kind == "ids":
        return key in given["values"]
    [(name, wanted)] = given.items()
    value = _value(source, name)
    if kind == "term":
        return bool(value == wanted)
    if kind == "terms":
        return value in wanted
    if kind == "range" and set(wanted) == {"lte"}:
        return value is not None and value <= wanted["lte"]
    raise ValueError(f"the model does not know the query {query}")


def _value(source: Source, name: str) -> Any:
    value = source.get(name)
    return value["name"] if isinstance(value, dict) else value  # a join field


def _aggregated(sources: list[Source], aggregations: Source) -> Source:
    return {name: _aggregate(sources, dict(spec)) for name, spec in aggregations.items()}


def _aggregate(sources: list[Source], spec: Source) -> Source:
    inner = spec.pop("aggs", {})
    [(kind, given)] = spec.items()
    if kind in ("sum", "max"):
        values = [value for source in sources if (value := _value(source, given["field"])) is not None]
        return {"value": sum(values) if kind == "sum" else max(values, default=None)}
    if kind == "filter":
        kept = [source for source in sources if _fits("", source, given)]
        return {"doc_count": len(kept)} | _aggregated(kept, inner)
    if kind == "terms":
        return {"buckets": [_bucket(key, group, inner) for key, group in _groups(sources, [given["field"]])]}
    if kind == "composite":
        return _composite(sources, given, inner)
    raise ValueError(f"the model does not know the aggregation {spec}")


def _composite(sources: list[Source], given: Source, inner: Source) -> Source:
    names = {name: field["terms"]["field"] for part in given["sources"] for name, field in part.items()}
    after = tuple(given["after"].values()) if "after" in given else ()
    groups = [(key, group) for key, group in _groups(sources, list(names.values())) if key > after][: given["size"]]
    buckets = [_bucket(dict(zip(names, key, strict=True)), group, inner) for key, group in groups]
    return {"buckets": buckets} | ({"after_key": buckets[-1]["key"]} if buckets else {})


def _groups(sources: list[Source], fields: list[str]) -> Iterable[tuple[Any, list[Source]]]:
    groups: dict[Any, list[Source]] = {}
    for source in sources:
        values = tuple(_value(source, name) for name in fields)
        groups.setdefault(values if len(fields) > 1 else values[0], []).append(source)
    return sorted(groups.items())


def _bucket(key: Any, group: list[Source], inner: Source) -> Source:
    return {"key": key, "doc_count": len(group)} | _aggregated(group, inner)
