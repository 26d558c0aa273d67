"""Idempotency-Key through the operations: whose it is, how long it lives, and who may change its marker."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from claims import create_claims
from intake import ingest_records
from payerworks import idempotency
from payerworks.aws import client
from payerworks.errors import NotFound
from payerworks.http import Answer, Request
from payerworks.idempotency import idempotent
from payerworks.settings import settings
from plans import create_plan, get_plan
from tests.unit.conftest import Call, api_event
from tests.unit.plans.plans import large_plan

KEY = {"Idempotency-Key": "k-1"}
ITEM_BYTES = 400 * 1024


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds pass for the markers."""
    passed = [0.0]
    now = time.time

    def wait(seconds: float) -> None:
        passed[0] += seconds

    monkeypatch.setattr(idempotency.time, "time", lambda: now() + passed[0])
    return wait


def keyed(**changes: Any) -> Request:
    return Request(api_event("plans/create_plan", headers=KEY, **changes))


def markers() -> list[dict[str, Any]]:
    """The items of the table of requests."""
    found: list[dict[str, Any]] = client("dynamodb").scan(TableName="RequestsTable")["Items"]
    return found


def test_a_key_is_its_tenants_and_its_users_alone(call: Call) -> None:
    first = call(create_claims.handler, "claims/create_claims", headers=KEY)
    assert first["statusCode"] == 201
    again = call(create_claims.handler, "claims/create_claims", headers=KEY)
    assert (again["body"], again["headers"]["Idempotency-Replayed"]) == (first["body"], "true")
    others = [{"tenant": "other"}, {"user_id": "u-2"}, {"tenant": "other", "user_id": "u-2"}]
    ids = {first["json"]["id"]}
    for other in others:
        theirs = call(create_claims.handler, "claims/create_claims", headers=KEY, **other)
        assert theirs["statusCode"] == 201
        assert "Idempotency-Replayed" not in theirs["headers"]
        ids.add(theirs["json"]["id"])
    assert len(ids) == 1 + len(others)


def test_a_key_of_one_operation_is_free_for_another(call: Call) -> None:
    assert call(create_claims.handler, "claims/create_claims", headers=KEY)["statusCode"] == 201
    assert call(create_plan.handler, "plans/create_plan", headers=KEY)["statusCode"] == 201


def test_a_key_lives_for_a_day(aws: object, later: Callable[[float], None]) -> None:
    seeds: list[str] = []

    def run(seed: str) -> Answer:
        seeds.append(seed)
        return Answer(201, seed)

    first = idempotent(keyed(), "{}", run)
    later(24 * 3600 - 60)
    assert idempotent(keyed(), "{}", run).text == first.text
    later(120)
    assert idempotent(keyed(), "[]", run).text != first.text
    assert len(set(seeds)) == len(seeds) == 2


def test_a_marker_is_removed_a_day_after_its_request(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan", headers=KEY)
    [marker] = markers()
    assert abs(int(marker["expires"]["N"]) - time.time() - 24 * 3600) < 60


def test_a_call_that_has_lost_its_lock_does_not_change_the_answer(aws: object, later: Callable[[float], None]) -> None:
    def slow(seed: str) -> Answer:
        later(31)
        assert idempotent(keyed(), "{}", lambda _: Answer(201, "the second")).text == "the second"
        return Answer(201, "the first")

    idempotent(keyed(), "{}", slow)
    assert idempotent(keyed(), "{}", lambda _: Answer(201, "a third")).text == "the second"


def test_a_call_that_has_lost_its_lock_does_not_free_the_key(aws: object, later: Callable[[float], None]) -> None:
    def slow(seed: str) -> Answer:
        later(31)
        idempotent(keyed(), "{}", lambda _: Answer(201, "the second"))
        raise NotFound("There is none.")

    with pytest.raises(NotFound):
        idempotent(keyed(), "{}", slow)
    assert idempotent(keyed(), "{}", lambda _: Answer(201, "a third")).text == "the second"


def test_a_large_answer_is_restored_and_its_marker_stays_an_item(call: Call) -> None:
    plan = large_plan(3)
    for service in plan["linkedPlanServices"]:
        service["note"] = "x" * 150_000
    first = call(create_plan.handler, "plans/create_plan", headers=KEY, body=plan)
    assert (first["statusCode"], len(first["body"]) > ITEM_BYTES) == (201, True)
    [marker] = markers()
    assert len(json.dumps(marker)) < ITEM_BYTES
    again = call(create_plan.handler, "plans/create_plan", headers=KEY, body=plan)
    assert (again["statusCode"], again["body"]) == (201, first["body"])
    assert again["headers"]["Idempotency-Replayed"] == "true"
    assert again["headers"]["Location"] == first["headers"]["Location"]


def test_a_retry_of_records_finds_the_file_that_a_dead_call_has_put(
    call: Call, later: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(**_: object) -> None:
        raise Died

    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb.UpdateItem", die)
    with pytest.raises(Died):
        call(ingest_records.handler, "intake/ingest_records", headers=KEY)
    events.unregister("before-call.dynamodb.UpdateItem", die)
    later(31)
    again = call(ingest_records.handler, "intake/ingest_records", headers=KEY)
    assert again["statusCode"] == 202
    versions = client("s3").list_object_versions(Bucket=settings().intake_bucket)["Versions"]
    assert [version["Key"] for version in versions] == [again["json"]["csv_filename"]]


def test_a_plan_that_another_request_makes_meanwhile_stays(call: Call) -> None:
    events = client("dynamodb").meta.events
    made: list[dict[str, Any]] = []

    def meanwhile(**_: object) -> None:
        if not made:
            made.append({})
            made[0] = call(create_plan.handler, "plans/create_plan", body=large_plan(3))

    events.register("before-call.dynamodb.TransactWriteItems", meanwhile)
    try:
        late = call(create_plan.handler, "plans/create_plan")
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", meanwhile)
    assert made[0]["statusCode"] == 201
    assert (late["statusCode"], late["headers"]["ETag"]) == (409, made[0]["headers"]["ETag"])
    assert call(get_plan.handler, "plans/get_plan")["body"] == made[0]["body"]
