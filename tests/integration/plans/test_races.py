"""Clients that write the same plan at the same moment: no update is lost, and none is made twice."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from payerworks import json_text
from payerworks.aws import client
from payerworks.settings import settings
from plans import create_plan
from tests.integration.conftest import Answer, Api
from tests.integration.plans.conftest import new_plan, path
from tests.unit.conftest import api_event

CLIENTS = 8
JSON_PATCH = {"Content_Type": "application/json-patch+json"}


def side_by_side(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What so many calls of `work` give, all begun at the same moment."""
    ready = threading.Barrier(count)

    def begin(number: int) -> Any:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def increments(api: Api, plan: dict[str, Any], count: int, write: Callable[[int, str], Answer], lost: int) -> None:
    """Add 1 to the plan's copay so many times; `lost` is the status of one who came second and tries again."""
    done = 0
    while done < count:
        read = api.get(path(plan))
        answer = write(read.json()["planCostShares"]["copay"], read.headers["etag"])
        assert answer.status in (200, lost), answer.body
        done += answer.status == 200


def test_200_increments_by_8_clients_through_if_match_lose_none(api: Api) -> None:
    plan = new_plan()
    plan["planCostShares"]["copay"] = 0
    assert api.post("/v1/plan", plan).status == 201

    def write(copay: int, etag: str) -> Answer:
        return api.call("PATCH", path(plan), {"planCostShares": {"copay": copay + 1}}, If_Match=etag)

    side_by_side(CLIENTS, lambda _: increments(api, plan, 25, write, lost=412))
    plan["planCostShares"]["copay"] = 200
    assert api.get(path(plan)).json() == plan
    api.call("DELETE", path(plan))


def test_increments_through_a_test_in_a_json_patch_lose_none(api: Api, stored: dict[str, Any]) -> None:
    place = "/linkedPlanServices/planservice-1/planserviceCostShares/copay"

    def increment(_: int) -> None:
        for _ in range(5):
            while True:
                copay = api.get(path(stored)).json()["linkedPlanServices"][1]["planserviceCostShares"]["copay"]
                test = {"op": "test", "path": place, "value": copay}
                change = [test, {"op": "replace", "path": place, "value": copay + 1}]
                answer = api.call("PATCH", path(stored), change, **JSON_PATCH)
                if answer.status == 200:
                    break
                assert answer.status == 409, answer.body

    side_by_side(4, increment)
    stored["linkedPlanServices"][1]["planserviceCostShares"]["copay"] = 20
    assert api.get(path(stored)).json() == stored


def test_patches_of_different_services_side_by_side_are_all_kept(api: Api) -> None:
    plan = new_plan(4)
    assert api.post("/v1/plan", plan).status == 201

    def patch(number: int) -> int:
        change = {"objectId": f"planservice-{number}", "planserviceCostShares": {"copay": number + 100}}
        return api.call("PATCH", path(plan), {"linkedPlanServices": [change]}).status

    assert side_by_side(4, patch) == [200] * 4
    for number, service in enumerate(plan["linkedPlanServices"]):
        service["planserviceCostShares"]["copay"] = number + 100
    assert api.get(path(plan)).json() == plan
    api.call("DELETE", path(plan))


@pytest.fixture
def create(here: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """POST a plan by the handler in this process, where 50 calls begin at once and not as 50 processes come up."""
    # One connection to Redis is for one call at a time, as in a function; the table decides who was first.
    monkeypatch.setenv("REDIS_URL", "")
    settings.cache_clear()
    client("dynamodb")

    def call(plan: dict[str, Any], **headers: str) -> Any:
        return create_plan.handler(api_event("plans/create_plan", tenant="main", body=plan, headers=headers), None)

    return call


def test_50_creations_side_by_side_make_one_plan(api: Api, create: Callable[..., Any]) -> None:
    plan = new_plan()
    answers = side_by_side(50, lambda number: create(plan | {"note": number}))
    assert Counter(answer["statusCode"] for answer in answers) == {201: 1, 409: 49}
    [created] = [answer for answer in answers if answer["statusCode"] == 201]
    read = api.get(path(plan))
    assert (read.body.decode(), read.headers["etag"]) == (created["body"], created["headers"]["ETag"])
    api.call("DELETE", path(plan))


def test_50_creations_with_one_idempotency_key_have_one_answer(api: Api, create: Callable[..., Any]) -> None:
    plan, key = new_plan(), {"Idempotency-Key": uuid.uuid4().hex}
    answers = side_by_side(50, lambda _: create(plan, **key))
    made = [answer for answer in answers if answer["statusCode"] != 409]
    assert {
        (answer["statusCode"], answer["body"], answer["headers"]["ETag"]) for answer in [*made, create(plan, **key)]
    } == {(201, json_text.write(plan), api.get(path(plan)).headers["etag"])}
    details = [json_text.read(answer["body"])["detail"] for answer in answers if answer not in made]
    assert all("still running" in detail for detail in details)
    api.call("DELETE", path(plan))


def history(plan_id: str) -> list[tuple[int, str, str]]:
    """Version, operation and request of every change that the table has of a plan."""
    answer = client("dynamodb").query(
        TableName=settings().tables["plans"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :versions)",
        ExpressionAttributeValues={":pk": {"S": f"main#{plan_id}"}, ":versions": {"S": "VERSION#"}},
        ConsistentRead=True,
    )
    return [
        (int(item["sk"]["S"].removeprefix("VERSION#")), item["operation"]["S"], item["request_id"]["S"])
        for item in answer["Items"]
    ]


WRITES = {"created": "PUT", "replaced": "PUT", "patched": "PATCH", "deleted": "DELETE"}


def test_every_write_that_was_acknowledged_is_in_the_history_once_and_in_order(
    here: None, api: Api, stored: dict[str, Any]
) -> None:
    def writes(number: int) -> list[tuple[str, Answer]]:
        found = []
        for turn in range(10):
            method = ("PUT", "PATCH", "PUT", "PATCH", "DELETE")[(number + turn) % 5]
            # Each is of its own content, so that each that is taken makes a version.
            note = f"{number} {turn}"
            body = {"PUT": stored | {"note": note}, "PATCH": {"planType": note}, "DELETE": None}[method]
            headers = {"If_None_Match": "*"} if method == "PUT" and turn % 2 else {}
            found.append((method, api.call(method, path(stored), body, **headers)))
        return found

    done = [entry for found in side_by_side(4, writes) for entry in found]
    assert {answer.status for _, answer in done} <= {200, 201, 404, 412}
    versions = history(stored["objectId"])
    assert [version for version, _, _ in versions] == list(range(1, len(versions) + 1))
    assert_lives_and_deaths_alternate([operation for _, operation, _ in versions])
    by_request = {request: (version, operation) for version, operation, request in versions[1:]}
    assert len(by_request) == len(versions) - 1
    for method, answer in done:
        request = answer.headers["x-request-id"]
        if answer.status in (200, 201):
            version, operation = by_request[request]
            assert WRITES[operation] == method
            assert (operation == "created") == (answer.status == 201)
            # A patch may answer what the next write has made of the plan already; never what was before it.
            assert operation == "deleted" or int(answer.headers["etag"].strip('"').split("-")[0]) >= version
        elif answer.status == 412:
            assert request not in by_request


def assert_lives_and_deaths_alternate(operations: list[str]) -> None:
    there = False
    for operation in operations:
        assert (operation == "created") != there
        there = operation != "deleted"


@pytest.mark.parametrize("way", ["POST", "PUT"])
def test_a_plan_that_is_deleted_and_made_again_by_many_is_there_or_not(api: Api, way: str) -> None:
    plan = new_plan()

    def make_or_delete(number: int) -> int:
        if number % 2:
            return api.call("DELETE", path(plan)).status
        if way == "POST":
            return api.post("/v1/plan", plan).status
        return api.call("PUT", path(plan), plan, If_None_Match="*").status

    statuses = Counter(status for _ in range(5) for status in side_by_side(4, make_or_delete))
    there = api.get(path(plan)).status == 200
    assert statuses[201] - statuses[200] == there
    assert set(statuses) <= {200, 201, 404, 409 if way == "POST" else 412}
    api.call("DELETE", path(plan))
