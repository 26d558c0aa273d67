"""What both engines answer alike, and what a deployment without OpenSearch says of the rest."""

import json
from typing import Any

import pytest

from payerworks.aws import client
from payerworks.errors import TimedOut
from payerworks.signed import write_signed
from plans import find_indexed_objects, get_indexed_plan, search_plans
from plans.lookup import table_lookup
from plans.lookup.read_your_writes import wait_until_searchable
from plans.plan.stored_plan import CHANGE_TOKEN
from plans.storage import repository
from tests.unit.conftest import Call, api_event
from tests.unit.described import check_described
from tests.unit.plans.engines import Plans
from tests.unit.plans.plans import PLAN, changed, large_plan

FIRST = changed(objectId="a-1", planType="inNetwork", _org="acme.com", creationDate="12-12-2017")
SECOND = changed(
    objectId="a-2",
    planType="outOfNetwork",
    _org="acme.com",
    creationDate="2020-02-29",
    planCostShares=PLAN["planCostShares"] | {"deductible": 5000, "copay": -0.0, "annualMaximum": "not a number"},
)
THIRD = changed(objectId="b-1", planType="inNetwork", _org="other.com", creationDate="2021-01-01")


def named(number: int, name: str, **shares: Any) -> dict[str, Any]:
    """A linked service of the plan of the events with another name and cost shares."""
    service = large_plan(number + 1)["linkedPlanServices"][number]
    service["linkedService"] |= {"name": name}
    service["planserviceCostShares"] |= shares
    return service


SERVICES = [
    named(0, "Eye exam", deductible=100, copay=5.50),
    named(1, "X-ray of the eye", deductible=1, copay=0, coinsurance=0.2),
    named(2, "Dental cleaning", deductible=10, copay=20),
]


@pytest.fixture
def three(plans: Plans) -> Plans:
    """Three plans, the second with three services, and one of another tenant."""
    for plan in (FIRST, SECOND | {"linkedPlanServices": SERVICES}, THIRD):
        plans.create(plan)
    plans.create(FIRST | {"objectId": "a-0"}, tenant="other")
    return plans


def ask(handler: Any, name: str, query: dict[str, str], **changes: Any) -> dict[str, Any]:
    """The answer to a query instead of the event's own."""
    event = api_event(name, **changes) | {"queryStringParameters": query, "multiValueQueryStringParameters": None}
    answer: dict[str, Any] = handler(event, None)
    check_described(handler, answer)
    return answer | {"json": json.loads(answer["body"])}


def search(query: dict[str, str], **changes: Any) -> dict[str, Any]:
    return ask(search_plans.handler, "plans/search_plans", query, **changes)


def ids(answer: dict[str, Any]) -> list[str]:
    assert answer["statusCode"] == 200, answer["body"]
    return [item["objectId"] for item in answer["json"]["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["a-1", "a-2", "b-1"]),
        ({"planType": "inNetwork"}, ["a-1", "b-1"]),
        ({"_org": "acme.com"}, ["a-1", "a-2"]),
        ({"_org": "acme.com", "planType": "outOfNetwork"}, ["a-2"]),
        ({"_org": "none.com"}, []),
        ({"objectId_prefix": "a-"}, ["a-1", "a-2"]),
        ({"objectId_prefix": "a-", "planType": "inNetwork"}, ["a-1"]),
        ({"objectId_prefix": "A-"}, []),
        ({"objectId_prefix": "b-1"}, ["b-1"]),
        ({"objectType": "plan"}, ["a-1", "a-2", "b-1"]),
        ({"q": " "}, ["a-1", "a-2", "b-1"]),
        ({"creationDate_gte": "2020-02-29"}, ["a-2", "b-1"]),
        ({"creationDate_gte": "12-13-2017", "creationDate_lte": "2020-12-31"}, ["a-2"]),
        ({"level": "plan", "deductible_gt": "2000"}, ["a-2"]),
        ({"level": "plan", "deductible_lte": "2000"}, ["a-1", "b-1"]),
        ({"level": "plan", "copay_gte": "0", "copay_lt": "1"}, ["a-2"]),
        ({"level": "plan", "annualMaximum_gte": "0"}, []),
        ({"plan": "a-2"}, ["a-2"]),
        ({"plan": "a-2", "planType": "inNetwork"}, []),
        ({"plan": "a-2", "objectId_prefix": "b"}, []),
        ({"plan": "a-2", "level": "plan", "deductible_gte": "5000"}, ["a-2"]),
        ({"plan": "a-3"}, []),
        ({"plan": "a-0"}, []),
    ],
    ids=str,
)
def test_plans_are_found_by_their_own_members(three: Plans, query: dict[str, str], expected: list[str]) -> None:
    answer = search(query)
    assert ids(answer) == expected
    for item in answer["json"]["items"]:
        plan = {"a-1": FIRST, "a-2": SECOND, "b-1": THIRD}[item["objectId"]]
        own = {name: plan[name] for name in ("objectId", "planType", "_org", "creationDate")}
        assert item == own | {"score": None, "matches": [], "matchCount": 0}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"deductible_gte": "10"}, [0, 2]),
        ({"deductible_gte": "10", "copay_lte": "5.50"}, [0]),
        ({"copay_lt": "0"}, []),
        ({"coinsurance_gte": "0.2"}, [1]),
        ({"q": "eye"}, [0, 1]),
        ({"q": "EYE ex"}, [0]),
        ({"q": "x-ray"}, [1]),
        ({"q": "eye", "deductible_gte": "50"}, [0]),
        ({"q": "planservice clean"}, [2]),
        ({"q": "ye"}, []),
        ({"q": "ex eye"}, []),
        ({"q": "--"}, []),
        ({"objectType": "service"}, [0, 1, 2]),
        ({"objectType": "membercostshare", "deductible_lte": "1"}, [1]),
        ({"objectType": "claim"}, []),
    ],
    ids=str,
)
def test_services_are_found_within_one_plan(three: Plans, query: dict[str, str], numbers: list[int]) -> None:
    answer = search(query | {"plan": "a-2"})
    assert ids(answer) == (["a-2"] if numbers else [])
    for item in answer["json"]["items"]:
        assert item["matches"] == [SERVICES[number] for number in numbers]
        assert item["matchCount"] == len(numbers)
    assert ids(search(query | {"plan": "b-2"})) == []


def test_ten_matching_services_are_shown_and_all_are_counted(plans: Plans) -> None:
    plans.create(large_plan(12))
    [item] = search({"plan": PLAN["objectId"], "objectType": "planservice"})["json"]["items"]
    assert (len(item["matches"]), item["matchCount"]) == (10, 12)
    assert item["matches"] == large_plan(12)["linkedPlanServices"][:10]


def test_pages_follow_each_other_by_id(three: Plans) -> None:
    first = search({"limit": "2"})
    assert ids(first) == ["a-1", "a-2"]
    last = search({"limit": "2", "cursor": first["json"]["nextCursor"]})
    assert (ids(last), last["json"]["nextCursor"]) == (["b-1"], None)
    narrow = search({"limit": "1", "objectId_prefix": "a"})
    last = search({"limit": "1", "objectId_prefix": "a", "cursor": narrow["json"]["nextCursor"]})
    assert (ids(narrow), ids(last), last["json"]["nextCursor"]) == (["a-1"], ["a-2"], None)
    other = search({"limit": "2", "planType": "inNetwork", "cursor": first["json"]["nextCursor"]})
    assert other["statusCode"] == 400


def test_facets_count_all_plans_found(three: Plans) -> None:
    facets = search({"facets": "planType,_org", "limit": "1"})["json"]["facets"]
    assert facets == {
        "planType": [{"value": "inNetwork", "count": 2}, {"value": "outOfNetwork", "count": 1}],
        "_org": [{"value": "acme.com", "count": 2}, {"value": "other.com", "count": 1}],
    }
    assert search({"facets": "_org", "objectId_prefix": "b"})["json"]["facets"] == {
        "_org": [{"value": "other.com", "count": 1}]
    }
    assert search({"facets": "_org", "plan": "a-2", "q": "exam"})["json"]["facets"] == {
        "_org": [{"value": "acme.com", "count": 1}]
    }
    assert search({"facets": "_org", "plan": "a-2", "q": "none"})["json"]["facets"] == {"_org": []}


def test_a_deleted_plan_is_not_found(call: Call, three: Plans) -> None:
    three.delete("a-2")
    assert ids(search({})) == ["a-1", "b-1"]
    assert ids(search({"plan": "a-2"})) == []
    assert call(get_indexed_plan.handler, "plans/get_indexed_plan", path={"id": "a-2"})["statusCode"] == 404
    assert objects(id="a-2", parent_type="plan")["statusCode"] == 404


def test_a_plan_comes_back_as_it_was_sent(call: Call, three: Plans) -> None:
    answer = call(get_indexed_plan.handler, "plans/get_indexed_plan", path={"id": "a-2"})
    assert (answer["statusCode"], answer["json"]) == (200, SECOND | {"linkedPlanServices": SERVICES})
    for in_path, status in (("a-0", 404), ("none", 404), ("..", 400)):
        assert call(get_indexed_plan.handler, "plans/get_indexed_plan", path={"id": in_path})["statusCode"] == status


def objects(**query: str) -> dict[str, Any]:
    return ask(find_indexed_objects.handler, "plans/find_indexed_objects", query)


def test_objects_of_a_plan_are_found_by_id_and_by_parent(three: Plans) -> None:
    [own] = objects(id="a-2", plan="a-2")["json"]["items"]
    nested = ("planCostShares", "linkedPlanServices")
    assert own == {name: SECOND[name] for name in SECOND if name not in nested} | {"planId": "a-2", "parentId": None}
    children = objects(id="a-2", parent_type="plan")["json"]["items"]
    assert children[0] == SECOND["planCostShares"] | {"planId": "a-2", "parentId": "a-2"}
    assert [child["objectId"] for child in children[1:]] == [service["objectId"] for service in SERVICES]
    service = SERVICES[1]
    children = objects(id=service["objectId"], parent_type="linkedPlanService", plan="a-2")["json"]["items"]
    expected = [service["linkedService"], service["planserviceCostShares"]]
    assert sorted(child["objectId"] for child in children) == sorted(child["objectId"] for child in expected)
    assert objects(id="a-2", parent_type="plan", plan="b-1")["statusCode"] == 404
    assert objects(id="a-0", parent_type="plan")["statusCode"] == 404


def test_objects_come_page_by_page(three: Plans) -> None:
    query = {"id": "a-2", "parent_type": "plan", "limit": "3"}
    first = objects(**query)
    last = objects(**query, cursor=first["json"]["nextCursor"])
    assert [len(page["json"]["items"]) for page in (first, last)] == [3, 1]
    assert last["json"]["items"][0]["objectId"] == SERVICES[2]["objectId"]
    assert last["json"]["nextCursor"] is None


def test_a_search_waits_for_a_write_and_finds_it(three: Plans) -> None:
    token = three.patch("a-1", planType="new")["headers"]["Change-Token"]
    assert ids(search({"after": token, "planType": "new"})) == ["a-1"]
    assert ids(search({"after": token, "planType": "inNetwork"})) == ["b-1"]
    gone = three.delete("b-1")["headers"]["Change-Token"]
    assert ids(search({"after": gone})) == ["a-1", "a-2"]
    assert search({"after": token[:-1]})["statusCode"] == 400
    assert search({"after": token}, tenant="other")["statusCode"] == 400


# ---- without a search engine ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ({"q": "exam"}, ["/q"]),
        ({"deductible_lte": "1", "deductible_gt": "0"}, ["/deductible_gt", "/deductible_lte"]),
        ({"objectType": "service", "q": "x"}, ["/objectType", "/q"]),
    ],
)
def test_what_needs_the_services_of_all_plans_is_not_supported(
    small: Plans, query: dict[str, str], pointers: list[str]
) -> None:
    answer = search(query)
    assert (answer["statusCode"], answer["json"]["type"]) == (400, "urn:payerworks:problem:not-supported")
    assert "has no search engine" in answer["json"]["detail"]
    assert "`plan`" in answer["json"]["detail"]
    assert sorted(fault["pointer"] for fault in answer["json"]["errors"]) == pointers


@pytest.mark.parametrize("query", [{"id": "x"}, {"id": "x", "parent_type": "linkedPlanServices"}], ids=str)
def test_objects_of_all_plans_are_not_supported(small: Plans, query: dict[str, str]) -> None:
    answer = objects(**query)
    assert (answer["statusCode"], answer["json"]["title"]) == (400, "Not supported")
    assert [fault["pointer"] for fault in answer["json"]["errors"]] == ["/plan"]


def test_a_page_reads_so_many_plans_at_most(small: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_lookup, "MOST_READ", 3)
    for number in range(7):
        small.create(changed(objectId=f"p-{number}", creationDate="2020-01-01" if number in (0, 5) else "2019-01-01"))
    query, found, pages = {"creationDate_gte": "2020-01-01"}, [], 0
    while pages == 0 or "cursor" in query:
        page = search(query)
        found.append(ids(page))
        pages += 1
        query = {name: text for name, text in query.items() if name != "cursor"}
        if page["json"]["nextCursor"]:
            query["cursor"] = page["json"]["nextCursor"]
    assert found == [["p-0"], ["p-5"], []]
    refused = search({"facets": "_org"})
    assert (refused["statusCode"], refused["json"]["errors"][0]["pointer"]) == (400, "/facets")
    assert search({"facets": "_org", "objectId_prefix": "p-5"})["statusCode"] == 200


def test_after_a_write_the_index_that_was_waited_for_is_read(small: Plans) -> None:
    token = small.create(FIRST)["headers"]["Change-Token"]
    read: list[str] = []
    events, call = client("dynamodb").meta.events, "provide-client-params.dynamodb.Query"

    def note(params: dict[str, Any], **_: object) -> None:
        read.append(params["IndexName"])

    events.register(call, note)
    assert ids(search({"_org": "acme.com"})) == ["a-1"]
    assert ids(search({"planType": "inNetwork"})) == ["a-1"]
    assert read == ["by_org", "by_type"]
    assert ids(search({"_org": "acme.com", "after": token})) == ["a-1"]
    assert read[2:] == ["by_tenant", "by_tenant"]
    events.unregister(call, note)


def test_it_waits_for_the_index_of_the_list_and_not_for_ever(small: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    small.create(FIRST)
    token = write_signed(["a-1", 2], CHANGE_TOKEN, "acme")
    with pytest.raises(TimedOut, match="search again with the same token"):
        wait_until_searchable("acme", token, repository.listed_version, seconds=0.2)
    assert repository.listed_version("acme", "a-1") == 1
    assert repository.listed_version("acme", "none") == 0
    small.delete("a-1")
    assert repository.listed_version("acme", "a-1") == 2
    small.create(FIRST)
    assert repository.listed_version("acme", "a-1") == 3
