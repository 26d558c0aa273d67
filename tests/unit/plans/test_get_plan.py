import json
import time
from typing import Any

import pytest

from payerworks.aws import client
from payerworks.settings import settings
from payerworks.times import now
from plans import create_plan, delete_plan, get_plan, list_plan_history, patch_plan, replace_plan
from plans.plan.stored_plan import creation
from plans.storage import repository
from plans.storage.items import Author
from tests.unit.conftest import Call, api_event
from tests.unit.interleaving import before_call
from tests.unit.plans.plans import changed, large_plan


def test_a_plan_that_is_not_there_is_404(call: Call) -> None:
    answer = call(get_plan.handler, "plans/get_plan")
    assert answer["statusCode"] == 404
    assert answer["json"]["requestId"] == answer["headers"]["X-Request-Id"]


def test_a_client_that_has_it_gets_304_without_a_body(call: Call) -> None:
    etag = call(create_plan.handler, "plans/create_plan")["headers"]["ETag"]
    for header in (etag, f'"other", W/{etag}', "*"):
        answer = call(get_plan.handler, "plans/get_plan", headers={"If-None-Match": header})
        assert (answer["statusCode"], answer["body"]) == (304, "")
        assert answer["headers"]["ETag"] == etag
    assert call(get_plan.handler, "plans/get_plan", headers={"If-None-Match": '"other"'})["statusCode"] == 200


def test_a_request_id_is_taken_or_made(call: Call) -> None:
    taken = call(get_plan.handler, "plans/get_plan", headers={"X-Request-Id": "mine-1"})
    assert taken["headers"]["X-Request-Id"] == "mine-1"
    made = call(get_plan.handler, "plans/get_plan", headers={"X-Request-Id": "no id\nat all"})
    assert made["headers"]["X-Request-Id"] == "3e1c7f0a-0d6b-4c1e-9d6a-2f6f3f6c9a11"


def test_without_a_caller_there_is_401(call: Call) -> None:
    answer = call(get_plan.handler, "plans/get_plan", tenant="")
    assert answer["statusCode"] == 401
    assert answer["headers"]["WWW-Authenticate"] == "Bearer"


def test_an_id_that_is_percent_encoded_in_the_path_finds_its_plan(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan", body=changed(objectId="ä ö#1"))
    assert call(get_plan.handler, "plans/get_plan", path={"id": "%C3%A4%20%C3%B6%231"})["statusCode"] == 200


def test_an_id_has_the_characters_that_the_path_has(call: Call) -> None:
    for plan_id, in_path in (("a%2", "a%252"), ("a+b c", "a+b%20c"), ("😀?&=#", "%F0%9F%98%80%3F%26%3D%23")):
        call(create_plan.handler, "plans/create_plan", body=changed(objectId=plan_id))
        assert call(get_plan.handler, "plans/get_plan", path={"id": in_path})["json"]["objectId"] == plan_id
    assert call(get_plan.handler, "plans/get_plan", path={"id": "a%2Fb"})["statusCode"] == 404


CALLS: list[tuple[Any, str, dict[str, Any]]] = [
    (get_plan.handler, "plans/get_plan", {}),
    (get_plan.handler, "plans/get_plan", {"query": {"version": "1"}}),
    (get_plan.handler, "plans/get_plan", {"headers": {"If-None-Match": '"1-0"'}}),
    (list_plan_history.handler, "plans/list_plan_history", {}),
    (replace_plan.handler, "plans/replace_plan", {}),
    (patch_plan.handler, "plans/patch_plan", {}),
    (delete_plan.handler, "plans/delete_plan", {}),
]


@pytest.mark.parametrize("in_path", ["%2E", "..", "X%2541", "a%252fb"])
def test_an_id_that_a_path_may_change_is_400_in_every_call(call: Call, in_path: str) -> None:
    for handler, event, changes in CALLS:
        answer = call(handler, event, path={"id": in_path}, **changes)
        assert answer["statusCode"] == 400, event


def test_a_plan_with_such_an_id_of_before_can_be_read_and_deleted(call: Call) -> None:
    # Stored as it was before ids were checked like this.
    repository.commit_change(creation("acme", changed(objectId="X%41"), None, "seed"), Author("u-1", "r-1"))
    assert call(create_plan.handler, "plans/create_plan", body=changed(objectId="XA"))["statusCode"] == 201
    old = {"path": {"id": "X%2541"}}
    # Not by `call`, which holds answers against the description: that says what ids are now.
    read = get_plan.handler(api_event("plans/get_plan", **old), None)
    assert json.loads(read["body"])["objectId"] == "X%41"
    assert call(delete_plan.handler, "plans/delete_plan", **old)["statusCode"] == 200
    assert call(get_plan.handler, "plans/get_plan", **old)["statusCode"] == 400
    assert call(get_plan.handler, "plans/get_plan", path={"id": "XA"})["statusCode"] == 200


def test_an_id_that_is_longer_than_any_is_404_without_a_look_into_the_table() -> None:
    # There is no table in this test: DynamoDB would refuse a key of this length.
    assert get_plan.handler(api_event("plans/get_plan", path={"id": "x" * 3000}), None)["statusCode"] == 404


def test_a_deleted_plan_is_404_and_made_again_it_never_has_an_old_etag(call: Call) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    gone = call(delete_plan.handler, "plans/delete_plan")
    assert gone["json"] == {"status": "deleted", "objectId": "12xvxc345ssdsds-508"}
    assert call(get_plan.handler, "plans/get_plan")["statusCode"] == 404
    assert call(delete_plan.handler, "plans/delete_plan")["statusCode"] == 404
    again = call(create_plan.handler, "plans/create_plan")
    assert (again["statusCode"], again["body"]) == (201, first["body"])
    assert again["headers"]["ETag"].startswith('"3-')


def live(call: Call) -> list[tuple[str, str]]:
    """A life of nine versions, small and large, deleted and made again; what each was answered with: ETag and body."""
    large = large_plan(110)
    few = [large["linkedPlanServices"][number] for number in (7, 3, 5)]
    copay = {"linkedPlanServices": [{"objectId": few[0]["objectId"], "planserviceCostShares": {"copay": 7}}]}
    answers = [
        call(create_plan.handler, "plans/create_plan"),
        call(patch_plan.handler, "plans/patch_plan", body={"planType": "second"}),
        call(replace_plan.handler, "plans/replace_plan", body=large),
        call(patch_plan.handler, "plans/patch_plan", body=copay),
        call(delete_plan.handler, "plans/delete_plan"),
        call(create_plan.handler, "plans/create_plan", body=changed(planType="sixth")),
        call(replace_plan.handler, "plans/replace_plan", body=changed(linkedPlanServices=few)),
        call(patch_plan.handler, "plans/patch_plan", body=copay),
        call(replace_plan.handler, "plans/replace_plan", body=changed(planType="ninth", linkedPlanServices=[few[1]])),
    ]
    assert [answer["statusCode"] for answer in answers] == [201, 200, 200, 200, 200, 201, 200, 200, 200]
    return [(answer["headers"].get("ETag", ""), answer["body"]) for answer in answers]


def times(call: Call) -> list[str]:
    """When each version was made, the first one first."""
    items = call(list_plan_history.handler, "plans/list_plan_history")["json"]["items"]
    return [item["at"] for item in reversed(items)]


def past(call: Call, **query: str) -> dict[str, Any]:
    return call(get_plan.handler, "plans/get_plan", query=query)


def test_each_version_reads_as_it_was_answered_then(call: Call) -> None:
    for number, (etag, body) in enumerate(live(call), 1):
        answer = past(call, version=str(number))
        if number == 5:
            assert answer["statusCode"] == 404
            continue
        assert (answer["statusCode"], answer["headers"]["ETag"], answer["body"]) == (200, etag, body)
        again = call(
            get_plan.handler, "plans/get_plan", query={"version": str(number)}, headers={"If-None-Match": etag}
        )
        assert (again["statusCode"], again["body"]) == (304, "")


def test_a_plan_reads_as_of_a_time(call: Call) -> None:
    answered = live(call)
    at = times(call)
    for number, (etag, body) in enumerate(answered, 1):
        # Versions of one millisecond: the last of them stands.
        if number == 5 or at[number - 1 : number + 1] == [at[number - 1]] * 2:
            continue
        answer = past(call, asOf=at[number - 1])
        assert (answer["statusCode"], answer["headers"]["ETag"], answer["body"]) == (200, etag, body)
    today = at[-1][:10]
    assert past(call, asOf=today)["body"] == answered[-1][1]
    assert past(call, asOf=f"{today}T23:59:59.999-12:00")["body"] == answered[-1][1]
    assert past(call, asOf="2017-12-12")["statusCode"] == 404


def test_a_deleted_plan_reads_as_of_a_version_and_a_time_before(call: Call) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    [at] = times(call)
    call(delete_plan.handler, "plans/delete_plan")
    assert past(call, version="1")["body"] == first["body"]
    assert past(call, version="2")["statusCode"] == 404
    assert past(call, version="3")["statusCode"] == 404
    assert past(call, asOf=times(call)[1])["statusCode"] == 404
    if times(call)[1] != at:
        assert past(call, asOf=at)["body"] == first["body"]
    assert past(call, asOf="9999-12-31")["statusCode"] == 404


@pytest.mark.parametrize(
    "query",
    [
        {"version": "0"},
        {"version": "-1"},
        {"version": "one"},
        {"version": ""},
        {"asOf": ""},
        {"asOf": "yesterday"},
        {"asOf": "2026-02-30"},
        {"asOf": "2026-11-21T10:00:00"},
        {"asOf": "0001-01-01T00:00:00+14:00"},
        {"asOf": "2026-11-21", "version": "1"},
        {"as_of": "2026-11-21"},
        {"fields": "planType"},
    ],
)
def test_a_query_that_is_not_valid_is_400(call: Call, query: dict[str, str]) -> None:
    call(create_plan.handler, "plans/create_plan")
    assert past(call, **query)["statusCode"] == 400


def test_the_past_of_another_tenants_plan_is_404(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan")
    for query in ({"version": "1"}, {"asOf": "9999-12-31"}):
        assert call(get_plan.handler, "plans/get_plan", query=query, tenant="other")["statusCode"] == 404


def test_a_plus_that_was_not_escaped_is_understood(call: Call) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    assert past(call, asOf=times(call)[0].replace("+", " "))["body"] == first["body"]


def test_a_writer_whose_clock_is_behind_does_not_turn_time_back(call: Call) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    dynamodb, table = client("dynamodb"), settings().tables["plans"]
    for item in dynamodb.scan(TableName=table)["Items"]:
        if "at" in item:
            dynamodb.put_item(TableName=table, Item=item | {"at": {"S": "2999-01-01T00:00:00.000+00:00"}})
    second = call(patch_plan.handler, "plans/patch_plan")
    assert times(call) == ["2999-01-01T00:00:00.000+00:00"] * 2
    assert past(call, asOf="2999-01-01")["body"] == second["body"] != first["body"]
    assert past(call, asOf="2998-12-31")["statusCode"] == 404


@pytest.mark.parametrize("way", ["created", "replaced"])
def test_what_is_read_as_of_a_moment_before_a_commit_stays_true(call: Call, way: str) -> None:
    if way == "replaced":
        call(create_plan.handler, "plans/create_plan")
    moments: list[tuple[str, dict[str, Any]]] = []

    def read_as_of_now() -> None:
        moment = now()
        moments.append((moment, past(call, asOf=moment)))
        while now() == moment:
            pass

    # The generation takes a while, and others read in the meantime.
    handler = create_plan.handler if way == "created" else replace_plan.handler
    with before_call("BatchWriteItem", read_as_of_now), before_call("BatchWriteItem", read_as_of_now, number=4):
        assert call(handler, f"plans/{way[:-1]}_plan", body=large_plan(120))["statusCode"] in (200, 201)
    assert len(moments) == 2
    for moment, answer in moments:
        again = past(call, asOf=moment)
        assert answer["statusCode"] == (404 if way == "created" else 200)
        assert (again["statusCode"], again["headers"].get("ETag")) == (
            answer["statusCode"],
            answer["headers"].get("ETag"),
        )


def test_a_past_plan_that_is_not_what_it_was_is_never_shown(
    call: Call, environment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(call)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    dynamodb, table = client("dynamodb"), settings().tables["plans"]
    service = next(item for item in dynamodb.scan(TableName=table)["Items"] if item["sk"]["S"].startswith("SERVICE#3-"))
    dynamodb.put_item(TableName=table, Item=service | {"rank": {"N": "1"}})
    with pytest.raises(repository.HistoryBroken):
        past(call, version="3")
    environment(RAISE_UNEXPECTED="false")
    assert past(call, version="3")["statusCode"] == 500
    assert past(call, version="2")["statusCode"] == 200
