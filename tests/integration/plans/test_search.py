"""GET /v1/plan/search on a real index."""

import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from plans import create_plan
from plans.index.documents import searchable_version
from plans.lookup.read_your_writes import wait_until_searchable
from plans.plan.document import RootText
from plans.plan.stored_plan import StoredRoot, change_token
from tests.integration.conftest import Answer, Api
from tests.integration.plans.conftest import drained, new_plan, path, until
from tests.unit.conftest import api_event


def search(api: Api, **query: Any) -> Answer:
    """The answer to a search; one for a write that is not searchable yet is made again, for a minute."""
    asked = "/v1/plan/search?" + urllib.parse.urlencode(query)
    return until(lambda: api.get(asked), lambda answer: answer.status != 504)


def found(api: Api, **query: Any) -> list[str]:
    answer = search(api, **query)
    assert answer.status == 200, answer.body
    return [item["objectId"] for item in answer.json()["items"]]


def plan_of(word: str, *services: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A plan whose services, given as members that differ, all have a word in their names."""
    plan = new_plan(len(services), **members)
    for linked, differing in zip(plan["linkedPlanServices"], services, strict=True):
        named = differing | {"name": f"{differing.get('name', '')} {word}"}
        linked["linkedService"] |= {name: named[name] for name in ("name", "type") if name in named}
        linked["planserviceCostShares"] |= {name: v for name, v in named.items() if name not in ("name", "type")}
    return plan


def store(api: Api, *plans: dict[str, Any]) -> None:
    """Store plans and wait until all are searchable."""
    tokens = []
    for plan in plans:
        answer = api.post("/v1/plan", plan)
        assert answer.status == 201, answer.body
        tokens.append(answer.headers["change-token"])
    for token in tokens:
        assert search(api, after=token, limit=1).status == 200


@pytest.fixture
def word() -> str:
    """A word that no other test's plans have."""
    return "w" + uuid.uuid4().hex[:16]


@pytest.fixture
def two(api: Api, word: str) -> Iterator[tuple[str, str]]:
    """The ids of two plans; the first one's eye exam is dear and its x-ray cheap, the second's the other way round."""
    exam, xray = {"name": "Eye exam", "type": "vision"}, {"name": "X-ray"}
    first = plan_of(word, exam | {"deductible": 100, "copay": 5.50}, xray | {"deductible": 1}, objectId=f"{word}-a")
    second = plan_of(word, exam | {"deductible": 1}, xray | {"deductible": 100, "coinsurance": 0.2})
    second |= {"objectId": f"{word}-b", "planType": "outOfNetwork", "_org": f"{word}.com", "creationDate": "2020-02-29"}
    second["planCostShares"]["deductible"] = 5000
    store(api, first, second)
    yield first["objectId"], second["objectId"]
    for plan in (first, second):
        api.call("DELETE", path(plan))


def test_text_is_found_in_names_and_types(api: Api, word: str, two: tuple[str, str]) -> None:
    first, second = two
    for text in ("eye EXAM", "exam eye", "vision", "x-ray", "planservice", "(x) ray!", '"exam"', "* exam"):
        assert sorted(found(api, q=f"{word} {text}")) == sorted(found(api, q=f"{text} {word}")) == [first, second], text
    assert sorted(found(api, q=f"{word} eye ex")) == [first, second]
    for text in ("exams", "eye ray", "ye", "eye ex", "exam -vision no", "inNetwork"):
        assert found(api, q=f"{text} {word}") == [], text


def test_a_plan_is_shown_with_its_services_that_match_as_they_are(api: Api, word: str, two: tuple[str, str]) -> None:
    answer = search(api, q=f"{word} exam", deductible_gte=50)
    (item,) = answer.json()["items"]
    matches, score = item.pop("matches"), item.pop("score")
    assert item == {
        "objectId": two[0],
        "planType": "inNetwork",
        "_org": "example.com",
        "creationDate": "12-12-2017",
        "matchCount": 1,
    }
    assert score > 0
    assert matches == [api.get(f"/v1/plan/{two[0]}").json()["linkedPlanServices"][0]]
    ranged = search(api, _org=f"{word}.com", deductible_gte=0).json()["items"][0]
    assert (ranged["score"], ranged["matchCount"]) == (None, 2)
    assert [match["objectId"] for match in ranged["matches"]] == ["planservice-0", "planservice-1"]


def test_text_and_ranges_speak_of_the_same_service(api: Api, word: str, two: tuple[str, str]) -> None:
    first, second = two
    assert found(api, q=f"{word} exam", deductible_gte=50) == [first]
    assert found(api, q=f"{word} exam", deductible_gt=100) == []
    assert found(api, q=f"{word} exam", deductible_lte=1) == [second]
    assert found(api, q=f"{word} ray", deductible_lt="100.0", deductible_gte="-5") == [first]
    assert found(api, q=f"{word}", copay_gt=5.49, copay_lt=5.51) == [first]
    assert found(api, q=f"{word} ray", copay_gt=5) == []
    assert found(api, q=f"{word}", coinsurance_gte=0.2) == [second]
    assert found(api, q=f"{word}", annualMaximum_gte=0) == []
    assert found(api, q=f"{word}", deductible_gte=100, deductible_lte=1) == []


def test_the_level_makes_ranges_speak_of_the_plan(api: Api, word: str, two: tuple[str, str]) -> None:
    first, second = two
    assert found(api, q=word, deductible_gte=2000, level="plan", _org="example.com") == [first]
    assert found(api, q=word, deductible_gt=2000, level="plan") == [second]
    assert found(api, q=word, deductible_gt=2000) == []
    assert found(api, _org=f"{word}.com", deductible_gt=2000, level="plan") == [second]


def test_filters_narrow(api: Api, word: str, two: tuple[str, str]) -> None:
    first, second = two
    assert found(api, q=word, _org=f"{word}.com") == found(api, _org=f"{word}.com") == [second]
    assert found(api, q=word, planType="inNetwork") == [first]
    assert found(api, q=word, creationDate_gte="12-12-2017", creationDate_lte="2017-12-12") == [first]
    assert found(api, q=word, creationDate_gte="2017-12-13") == [second]
    for object_type in ("plan", "planservice", "service", "membercostshare"):
        assert sorted(found(api, q=word, objectType=object_type)) == [first, second]
    assert found(api, q=word, objectType="claim") == []
    without = search(api, _org=f"{word}.com").json()["items"][0]
    assert (without["matches"], without["matchCount"], without["score"]) == ([], 0, None)


def test_facets_count_all_that_is_found(api: Api, word: str, two: tuple[str, str]) -> None:
    answer = search(api, q=word, facets="planType,_org", limit=1).json()
    assert len(answer["items"]) == 1
    assert answer["facets"] == {
        "planType": [{"value": "inNetwork", "count": 1}, {"value": "outOfNetwork", "count": 1}],
        "_org": [{"value": "example.com", "count": 1}, {"value": f"{word}.com", "count": 1}],
    }
    assert search(api, q=f"{word} nothing", facets="_org").json()["facets"] == {"_org": []}


def test_pages_give_every_plan_once(api: Api, stack: dict[str, Any], word: str) -> None:
    plans = [plan_of(word, {"name": "exam " * (number % 3 + 1)}, {"deductible": number}) for number in range(27)]
    store(api, *plans)
    # What other tests' plans leave to be indexed would change the scores between two pages.
    drained(stack)
    ids = sorted(plan["objectId"] for plan in plans)
    for query in ({"q": word}, {"q": f"{word} exam"}, {"q": word, "level": "plan"}, {"deductible_gte": 0}):
        if "q" not in query:
            query |= {"_org": "example.com", "limit": 100}
        seen, scores, where = [], [], "?" + urllib.parse.urlencode({"limit": 10} | query)
        while where:
            answer = api.get("/v1/plan/search" + where)
            assert answer.status == 200, answer.body
            seen += [item["objectId"] for item in answer.json()["items"]]
            scores += [item["score"] for item in answer.json()["items"]]
            where = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
        assert len(seen) == len(set(seen))
        if "q" in query:
            assert sorted(seen) == ids
            assert list(zip([-score for score in scores], seen, strict=True)) == sorted(
                zip([-score for score in scores], seen, strict=True)
            )
        else:
            assert set(ids) <= set(seen)
            assert seen == sorted(seen)


def test_another_tenants_plans_are_never_found(api: Api, word: str, two: tuple[str, str], here: None) -> None:
    theirs = plan_of(word, {"name": "Eye exam", "deductible": 100}, _org=f"{word}.com")
    event = api_event("plans/create_plan", body=theirs, tenant=f"tenant-{word}")
    answer = create_plan.handler(event, None)
    assert answer["statusCode"] == 201
    assert search(api, after=answer["headers"]["Change-Token"]).status == 400
    token = answer["headers"]["Change-Token"]
    wait_until_searchable(f"tenant-{word}", token, searchable_version, seconds=60)
    assert sorted(found(api, q=word)) == sorted(two)
    assert found(api, q=f"{word} exam", deductible_gte=50) == [two[0]]
    assert found(api, _org=f"{word}.com") == [two[1]]
    facets = search(api, q=word, facets="_org").json()["facets"]["_org"]
    assert {facet["count"] for facet in facets} == {1}


def test_any_text_is_a_search(api: Api, two: tuple[str, str]) -> None:
    different = "".join(chr(0x4E00 + number) for number in range(1000))
    smileys = "".join(chr(0x1F600 + number % 80) for number in range(1000))
    nothing = ["…!?", "*", '"', "((", "\\", "\x00", "a\x00b", "🎉", "AND OR NOT", "name:x", "~zq", different, smileys]
    for text in [
        *nothing,
        "病" * 1000,
        "x" * 1000,
        " ".join(different[:500]),
        "w " * 500,
        different[:200],
        "e\u0301" * 500,
    ]:
        assert found(api, q=text) == [], text
    assert search(api, q="x" * 1001).status == 400
    assert found(api, q=" ", limit=1)


def test_bad_input_is_400(api: Api) -> None:
    for query in (
        {"deductible_gte": "ten"},
        {"copay_lt": "NaN"},
        {"cursor": "forged"},
        {"after": "forged"},
        {"x": "1"},
    ):
        answer = search(api, **query)
        assert answer.status == 400
        assert answer.json()["errors"][0]["pointer"] == "/" + next(iter(query))
        assert "opensearch" not in answer.body.decode().lower()


def test_a_write_is_found_with_its_token(api: Api, word: str) -> None:
    plan = plan_of(word, {"name": "before"})
    token = api.post("/v1/plan", plan).headers["change-token"]
    assert found(api, q=f"before {word}", after=token) == [plan["objectId"]]
    plan["linkedPlanServices"][0]["linkedService"]["name"] = f"after {word}"
    changes = {"linkedPlanServices": plan["linkedPlanServices"]}
    token = api.call("PATCH", path(plan), changes).headers["change-token"]
    assert found(api, q=f"after {word}", after=token) == [plan["objectId"]]
    assert found(api, q=f"before {word}", after=token) == []


def test_a_deleted_plan_is_not_found_with_its_token(api: Api, word: str) -> None:
    plan = plan_of(word, {"name": "gone"})
    store(api, plan)
    token = api.call("DELETE", path(plan)).headers["change-token"]
    assert found(api, q=word, after=token) == []


def test_a_write_that_does_not_become_searchable_is_504(
    api: Api, stack: dict[str, Any], two: tuple[str, str], here: None
) -> None:
    root = StoredRoot("main", two[0], 9, "", 0, 0, 0, RootText("", ""), "")
    answer = api.get(f"/v1/plan/search?after={change_token(root)}")
    assert (answer.status, answer.json()["title"]) == (504, "Timed out")
    assert "same token" in answer.json()["detail"]


def test_members_of_any_shape_do_not_keep_a_plan_out_of_the_index(api: Api, word: str) -> None:
    plan = plan_of(
        word, {"annualMaximum": {"any": "thing"}}, name={"a": [1]}, deductible={"b": 1}, copay="x", created=[]
    )
    plan["linkedPlanServices"][0] |= {"name": [{}], "planType": {"x": 1}, "type": [1], "serviceText": {"a": 1}}
    store(api, plan)
    assert found(api, q=word) == [plan["objectId"]]
