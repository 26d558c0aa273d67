import json
import re
from collections.abc import Callable
from typing import Any

import opensearchpy
import pytest

from payerworks.aws import client
from payerworks.errors import TimedOut
from payerworks.settings import settings
from payerworks.signed import write_signed
from plans import create_plan, search_plans
from plans.index.documents import root_key, searchable_version
from plans.index.results import MAX_BYTES
from plans.lookup.index_lookup import MAX_LOOKED_UP
from plans.lookup.read_your_writes import wait_until_searchable
from plans.plan.stored_plan import CHANGE_TOKEN
from tests.unit.conftest import Call

EVENT = "plans/search_plans"
SERVICE = '{"objectId":"s","note":1.10}'


class OpenSearch:
    """Answers searches with what is in `answers`, in their order, the last one again and again."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.bodies: list[dict[str, Any]] = []

    def search(self, _: object, *, body: dict[str, Any], **rest: Any) -> dict[str, Any]:
        assert rest["params"] == {"ignore_unavailable": "true", "preference": "tenant-acme"}
        self.bodies.append(body)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def opensearch(call: Call, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> OpenSearch:
    server = OpenSearch()
    environment(OPENSEARCH_ENDPOINT="http://127.0.0.1:9")
    monkeypatch.setattr(opensearchpy.OpenSearch, "search", lambda *args, **rest: server.search(*args, **rest))
    return server


def answer(*hits: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"_shards": {"total": 1}, "hits": {"hits": list(hits)}} | members


def plan_hit(number: int, service: str = SERVICE) -> dict[str, Any]:
    source = {"planId": f"plan-{number}", "planType": "x", "org": "o", "creationDate": "12-12-2017"}
    inner = {"hits": {"hits": [{"_source": {"whole": service}}], "total": {"value": 7}}}
    return {"_source": source, "sort": [1.5, f"plan-{number}"], "inner_hits": {"linkedPlanServices": inner}}


def service_hits(count: int) -> dict[str, Any]:
    return answer(*({"fields": {"planId": [f"plan-{number % 3}"]}} for number in range(count)))


def test_plans_are_found_page_by_page(call: Call, opensearch: OpenSearch) -> None:
    opensearch.answers = [service_hits(5), answer(*map(plan_hit, range(3)))]
    page = call(search_plans.handler, EVENT, query={"limit": "2"})
    assert page["statusCode"] == 200
    first = page["json"]["items"][0]
    assert '"matches":[{"objectId":"s","note":1.10}],"matchCount":7}' in page["body"]
    assert {**first, "matches": []} == {
        "objectId": "plan-0",
        "planType": "x",
        "_org": "o",
        "creationDate": "12-12-2017",
        "score": 1.5,
        "matches": [],
        "matchCount": 7,
    }
    assert "facets" not in page["json"]
    keys = sorted(root_key("acme", f"plan-{number}") for number in range(3))
    assert opensearch.bodies[1]["query"]["bool"]["filter"][-1] == {"terms": {"key": keys}}
    cursor = page["json"]["nextCursor"]
    assert f"cursor={cursor}" in page["headers"]["Link"]
    opensearch.answers = [service_hits(5), answer(plan_hit(2))]
    last = call(search_plans.handler, EVENT, query={"limit": "2", "cursor": cursor})
    assert opensearch.bodies[-1]["search_after"] == [1.5, "plan-1"]
    assert (len(last["json"]["items"]), last["json"]["nextCursor"]) == (1, None)
    opensearch.answers = [answer()]
    beyond = call(search_plans.handler, EVENT, query={"limit": "2", "cursor": cursor})
    assert (beyond["json"]["items"], beyond["json"]["nextCursor"]) == ([], None)


def test_where_many_services_match_their_plans_are_not_looked_up(call: Call, opensearch: OpenSearch) -> None:
    opensearch.answers = [service_hits(MAX_LOOKED_UP + 1), answer()]
    call(search_plans.handler, EVENT)
    assert opensearch.bodies[0]["size"] == MAX_LOOKED_UP + 1
    assert not [condition for condition in opensearch.bodies[1]["query"]["bool"]["filter"] if "terms" in condition]


def test_a_page_ends_before_it_is_too_large_for_an_answer(call: Call, opensearch: OpenSearch) -> None:
    service = json.dumps({"note": "x" * (MAX_BYTES // 2)})
    opensearch.answers = [service_hits(1), answer(*(plan_hit(number, service) for number in range(3)))]
    page = call(search_plans.handler, EVENT)
    assert [item["objectId"] for item in page["json"]["items"]] == ["plan-0"]
    opensearch.answers = [service_hits(1), answer(*(plan_hit(number, service) for number in (1, 2)))]
    call(search_plans.handler, EVENT, query={"cursor": page["json"]["nextCursor"]})
    assert opensearch.bodies[-1]["search_after"] == [1.5, "plan-0"]


def test_facets_are_values_with_their_counts(call: Call, opensearch: OpenSearch) -> None:
    counted = {"planType": {"buckets": [{"key": "x", "doc_count": 2}]}, "_org": {"buckets": []}}
    opensearch.answers = [answer(aggregations=counted)]
    found = call(search_plans.handler, EVENT, query={"facets": "planType,_org"})
    assert found["json"]["facets"] == {"planType": [{"value": "x", "count": 2}], "_org": []}
    opensearch.answers = [answer()]
    found = call(search_plans.handler, EVENT, query={"facets": "_org"})
    assert found["json"]["facets"] == {"_org": []}


def token(call: Call, **changes: Any) -> str:
    text: str = call(create_plan.handler, "plans/create_plan", **changes)["headers"]["Change-Token"]
    return text


def test_a_search_waits_for_the_write_that_a_token_names(call: Call, opensearch: OpenSearch) -> None:
    opensearch.answers = [
        answer(),
        answer({"_source": {"version": 1}}),
        service_hits(1),
        answer(plan_hit(0)),
    ]
    found = call(search_plans.handler, EVENT, query={"after": token(call)})
    assert found["json"]["items"][0]["objectId"] == "plan-0"
    assert opensearch.bodies[0] == opensearch.bodies[1]
    assert opensearch.bodies[0]["query"] == {"ids": {"values": [root_key("acme", "12xvxc345ssdsds-508")]}}


def test_it_does_not_wait_for_ever(opensearch: OpenSearch) -> None:
    opensearch.answers = [answer({"_source": {"version": 1}})]
    first, second = (write_signed(["plan", version], CHANGE_TOKEN, "acme") for version in (1, 2))
    with pytest.raises(TimedOut, match="search again with the same token"):
        wait_until_searchable("acme", second, searchable_version, seconds=0.2)
    wait_until_searchable("acme", first, searchable_version, seconds=0)


@pytest.mark.parametrize("change", ["", "A", "ä", "forged", "other tenant"])
def test_a_forged_token_is_400(call: Call, opensearch: OpenSearch, change: str) -> None:
    real = token(call, tenant="other" if change == "other tenant" else "acme")
    given = {"": "", "forged": ("B" if real[0] == "A" else "A") + real[1:], "other tenant": real}.get(
        change, real + change
    )
    found = call(search_plans.handler, EVENT, query={"after": given})
    assert found["statusCode"] == 400
    assert [error["pointer"] for error in found["json"]["errors"]] == ["/after"]
    assert not opensearch.bodies


def test_a_cursor_of_another_query_is_400(call: Call, opensearch: OpenSearch) -> None:
    opensearch.answers = [service_hits(5), answer(*map(plan_hit, range(3)))]
    cursor = call(search_plans.handler, EVENT, query={"limit": "2"})["json"]["nextCursor"]
    for other in ({"query": {"q": "other", "cursor": cursor}}, {"query": {"cursor": cursor}, "tenant": "other"}):
        assert call(search_plans.handler, EVENT, **other)["statusCode"] == 400
    assert call(search_plans.handler, EVENT, query={"cursor": cursor[:-1]})["statusCode"] == 400
    assert len(opensearch.bodies) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("deductible_gte", text) for text in ("", "ten", "NaN", "Infinity", "-inf", "1e999", "1,5", "0x1")),
        ("annualMaximum_lt", "x"),
        ("annual_maximum_lt", "1"),
        ("deductible", "1"),
        ("creationDate_gte", "tomorrow"),
        ("creationDate_lte", "13-13-2017"),
        ("level", "claim"),
        ("facets", "objectId"),
        ("facets", ""),
        ("limit", "0"),
        ("limit", "101"),
        ("q", "x" * 1001),
        ("q", "\ud800"),
        ("_org", "\ud800"),
        ("planType", "x" * 257),
        ("unknown", "1"),
    ],
)
def test_a_query_that_is_not_valid_is_400(call: Call, opensearch: OpenSearch, name: str, text: str) -> None:
    found = call(search_plans.handler, EVENT, query={name: text})
    assert found["statusCode"] == 400
    assert [re.match("/[^/]*", error["pointer"])[0] for error in found["json"]["errors"]] == [f"/{name}"]  # type: ignore[index]
    assert not opensearch.bodies


def test_without_an_index_a_waiting_change_makes_a_search_503(call: Call, opensearch: OpenSearch) -> None:
    opensearch.answers = [answer(_shards={"total": 0})]
    assert call(search_plans.handler, EVENT)["json"]["items"] == []
    client("sqs").send_message(QueueUrl=settings().queues["search_index"], MessageBody="{}")
    refused = call(search_plans.handler, EVENT)
    assert (refused["statusCode"], refused["headers"]["Retry-After"]) == (503, "5")
