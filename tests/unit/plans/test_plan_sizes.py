"""No item of a plan is larger than DynamoDB takes, no transaction either, and no generation is read with another's."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from payerworks.aws import client
from plans import create_plan, delete_plan, get_plan, patch_plan, replace_plan
from tests.unit.conftest import Call
from tests.unit.plans.plans import changed, large_plan

ITEM_BYTES = 400 * 1024
TRANSACTION_BYTES = 4 * 1024**2


def plan_of(count: int, note: str) -> dict[str, Any]:
    """A plan with so many services, each with a note."""
    plan = large_plan(count)
    for service in plan["linkedPlanServices"]:
        service["note"] = note
    return plan


@pytest.fixture
def transactions(aws: object) -> Iterator[list[int]]:
    """The bytes of each transaction."""
    sizes: list[int] = []

    def note(params: dict[str, Any], **_: object) -> None:
        sizes.append(len(params["body"]))

    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb.TransactWriteItems", note)
    yield sizes
    events.unregister("before-call.dynamodb.TransactWriteItems", note)


def largest_item() -> int:
    items = client("dynamodb").scan(TableName="PlansTable")["Items"]
    return max(len(json.dumps(item)) for item in items)


def test_a_large_part_is_refused_before_it_is_too_large_for_an_item(call: Call) -> None:
    plan = plan_of(1, "x" * 349_000)
    assert call(create_plan.handler, "plans/create_plan", body=plan)["statusCode"] == 201
    assert largest_item() < ITEM_BYTES
    plan = plan_of(1, "x" * 351_000)
    answer = call(replace_plan.handler, "plans/replace_plan", body=plan)
    assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (400, "/linkedPlanServices/0")
    answer = call(replace_plan.handler, "plans/replace_plan", body=changed(note="é" * 175_500))
    assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (400, "")


def test_a_change_of_many_large_services_keeps_its_history_in_items(call: Call) -> None:
    plan = plan_of(4, "x" * 120_000)
    created = call(create_plan.handler, "plans/create_plan", body=plan)
    names = [{"objectId": service["objectId"], "note": "y"} for service in plan["linkedPlanServices"]]
    patched = call(patch_plan.handler, "plans/patch_plan", body={"linkedPlanServices": names})
    assert patched["json"]["linkedPlanServices"][3]["note"] == "y"
    assert largest_item() < ITEM_BYTES
    past = call(get_plan.handler, "plans/get_plan", query={"version": "1"})
    assert past["body"] == created["body"]


def test_a_transaction_is_never_too_large(call: Call, transactions: list[int]) -> None:
    call(create_plan.handler, "plans/create_plan", body=plan_of(1, "x" * 340_000))
    large = plan_of(12, "y" * 325_000)
    assert call(replace_plan.handler, "plans/replace_plan", body=large)["statusCode"] == 200
    assert call(get_plan.handler, "plans/get_plan")["json"] == large
    assert len(transactions) == 2
    assert max(transactions) < TRANSACTION_BYTES


def test_a_generation_is_read_without_those_whose_names_begin_like_its_own(call: Call) -> None:
    bodies = []
    for number in range(6):
        body = large_plan(2 + number % 2)
        body["linkedPlanServices"][0]["note"] = f"plan {number}"
        bodies.append(call(create_plan.handler, "plans/create_plan", body=body)["body"])
        if number < 5:
            assert call(delete_plan.handler, "plans/delete_plan")["statusCode"] == 200
    assert call(get_plan.handler, "plans/get_plan")["body"] == bodies[5]
    for number in range(6):  # versions 1, 3 … 11; generation 1 and 11
        past = call(get_plan.handler, "plans/get_plan", query={"version": str(1 + 2 * number)})
        assert past["body"] == bodies[number]
