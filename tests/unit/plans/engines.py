"""The two engines that find plans, over the same plans: the table, and an OpenSearch in process with the join."""

import re
from collections.abc import Callable
from typing import Any

import opensearchpy
import pytest

from payerworks.opensearch import opensearch
from plans import create_plan, delete_plan, patch_plan
from search.plans.sync import sync_plan
from tests.unit.conftest import Call
from tests.unit.fake_opensearch import FakeOpenSearch

Hit = dict[str, Any]
_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "gte": lambda value, bound: bool(value >= bound),
    "gt": lambda value, bound: bool(value > bound),
    "lte": lambda value, bound: bool(value <= bound),
    "lt": lambda value, bound: bool(value < bound),
}


class PlanOpenSearch(FakeOpenSearch):
    """An OpenSearch that also joins plans with their services, and finds texts by their words."""

    def search(self, index: str, body: dict[str, Any], params: dict[str, str]) -> dict[str, Any]:
        query = body["query"].get("bool", {})
        joins = [condition["has_child"] for condition in query.get("must", [])]
        if body.get("sort") == ["_doc"]:
            hits = [{"fields": {"planId": [source["planId"]]}} for source in self._found(index, query)]
            return {"_shards": {"total": 1}, "hits": {"hits": hits[: body["size"]]}}
        if ids := body["query"].get("ids"):
            sources = [source for key, source in self._behind(index, {}).items() if key in ids["values"]]
            return {"hits": {"hits": [{"_source": source} for source in sources]}}
        if "planType" not in (body.get("_source") or ()):
            return super().search(index, body, params)
        hits = []
        for source in self._found(index, query):
            services = [child for join in joins for child in self._children(index, source["key"], join["query"])]
            if services or not joins:
                hits.append(_hit(source, services, scored="_score" in str(body["sort"][0])))
        counts = {name: _counted(hits, rule["terms"]["field"]) for name, rule in body.get("aggs", {}).items()}
        after = body.get("search_after", [])
        page = sorted((hit for hit in hits if hit["sort"] > after), key=lambda hit: hit["sort"])[: body["size"]]
        return {"_shards": {"total": 1}, "hits": {"hits": page}, "aggregations": counts}

    def _found(self, index: str, query: dict[str, Any]) -> list[dict[str, Any]]:
        return [source for source in self._behind(index, {}).values() if _holds(source, {"bool": query})]

    def _children(self, index: str, parent: str, query: dict[str, Any]) -> list[dict[str, Any]]:
        found = [source for source in self._found(index, query["bool"]) if source["kind"].get("parent") == parent]
        return sorted(found, key=lambda source: source["rank"])


def _hit(source: dict[str, Any], services: list[dict[str, Any]], *, scored: bool) -> Hit:
    inner = {"hits": [{"_source": service} for service in services[:10]], "total": {"value": len(services)}}
    sort = [1.0, source["planId"]] if scored else [source["planId"]]
    return {"_source": source, "sort": sort, "inner_hits": {"linkedPlanServices": {"hits": inner}}}


def _counted(hits: list[Hit], field: str) -> dict[str, Any]:
    values = [hit["_source"][field] for hit in hits]
    buckets = [{"key": value, "doc_count": values.count(value)} for value in set(values)]
    return {"buckets": sorted(buckets, key=lambda bucket: (-bucket["doc_count"], bucket["key"]))}


def _holds(source: dict[str, Any], condition: dict[str, Any]) -> bool:
    [(kind, fields)] = condition.items()
    if kind == "bool":
        needed = [each for each in fields.get("must", []) if "has_child" not in each] + fields.get("filter", [])
        either = fields.get("should", [])
        return all(_holds(source, each) for each in needed) and (not either or any(_holds(source, e) for e in either))
    [(name, wanted)] = fields.items()
    value = source.get(name)
    value = value["name"] if isinstance(value, dict) else value
    if kind in ("match", "match_bool_prefix"):
        return _has_words(" ".join(value or []), wanted["query"], is_prefix=kind != "match")
    if kind == "range":
        return value is not None and all(_BOUNDS[bound](value, limit) for bound, limit in wanted.items())
    if kind == "prefix":
        return str(value or "").startswith(wanted["value"])
    values = value if isinstance(value, list) else [value]
    return bool(set(values) & set(wanted if kind == "terms" else [wanted]))


def _has_words(text: str, query: str, *, is_prefix: bool) -> bool:
    held, wanted = re.split(r"\W+", text.lower()), [word for word in re.split(r"\W+", query.lower()) if word]
    *others, last = wanted or [""]
    ends = any(word.startswith(last) for word in held) if is_prefix else last in held
    return bool(wanted) and ends and all(word in held for word in others)


class Plans:
    """Writes plans, and has them searchable at once."""

    def __init__(self, call: Call, name: str) -> None:
        self._call = call
        self.name = name

    def create(self, plan: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return self._write(create_plan.handler, "plans/create_plan", plan["objectId"], body=plan, **changes)

    def patch(self, plan_id: str, **members: Any) -> dict[str, Any]:
        path = {"id": plan_id}
        headers = {"If-Match": None}
        return self._write(patch_plan.handler, "plans/patch_plan", plan_id, path=path, headers=headers, body=members)

    def delete(self, plan_id: str) -> dict[str, Any]:
        headers = {"If-Match": None}
        return self._write(delete_plan.handler, "plans/delete_plan", plan_id, path={"id": plan_id}, headers=headers)

    def _write(self, handler: Any, event: str, plan_id: str, **changes: Any) -> dict[str, Any]:
        answer = self._call(handler, event, **changes)
        assert answer["statusCode"] in (200, 201), answer["body"]
        if self.name == "opensearch":
            sync_plan(changes.get("tenant", "acme"), plan_id, 0, whole=True)
        return answer


def installed(name: str, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions find plans in this engine: `opensearch` or `dynamodb`."""
    if name == "opensearch":
        server = PlanOpenSearch()
        environment(OPENSEARCH_ENDPOINT="http://127.0.0.1:9")
        monkeypatch.setattr(opensearchpy, "OpenSearch", lambda *_, **__: server)
    opensearch.cache_clear()
