"""Generations that were begun and not committed: what sweeps them, and that nothing else is ever swept."""

import collections
import datetime
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from payerworks.aws import client
from payerworks.settings import settings
from plans import create_plan, get_plan, on_sweep_due, patch_plan, replace_plan
from tests.unit.conftest import ROOT, Call
from tests.unit.dynamodb_faults import injected
from tests.unit.plans.plans import changed, large_plan

LARGE = large_plan(110)


class Died(BaseException):
    """The process ends here."""


Before = Callable[[str, Callable[[dict[str, Any]], None]], Callable[[], None]]


@pytest.fixture
def before(call: Call) -> Iterator[Before]:
    """Do something before calls of DynamoDB of one kind, with their parameters: `stop = before("PutItem", do)`."""
    events = client("dynamodb").meta.events
    stops = []

    def register(operation: str, do: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        def hook(params: dict[str, Any], **_: object) -> None:
            do(params)

        name = f"provide-client-params.dynamodb.{operation}"
        events.register(name, hook)
        stops.append(lambda: events.unregister(name, hook))
        return stops[-1]

    yield register
    for stop in stops:
        stop()


def on_call(number: int, do: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """Do something at the n-th time only."""
    calls = 0

    def counted(params: dict[str, Any]) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            do(params)

    return counted


def die(_: dict[str, Any]) -> None:
    raise Died


def items() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client("dynamodb").scan(TableName=settings().tables["plans"])["Items"]
    return found


def generations() -> dict[str, int]:
    """How many services each generation has."""
    sks = [item["sk"]["S"].split("#") for item in items()]
    return dict(collections.Counter(sk[1] for sk in sks if sk[0] == "SERVICE"))


def intents() -> list[dict[str, Any]]:
    return [item for item in items() if item["sk"]["S"].startswith("INTENT#")]


def sweep(minutes: float = 20) -> None:
    """Run the function with the event of a schedule that is so many minutes ahead."""
    due = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
    event = json.loads((ROOT / "events/plans/on_sweep_due.json").read_text())
    on_sweep_due.handler(event | {"time": due.strftime("%Y-%m-%dT%H:%M:%SZ")}, None)


def replace(call: Call) -> dict[str, Any]:
    return call(replace_plan.handler, "plans/replace_plan", body=LARGE)


@pytest.mark.parametrize(
    ("operation", "number"), [("BatchWriteItem", 1), ("BatchWriteItem", 3), ("TransactWriteItems", 1)]
)
def test_what_a_dead_writer_left_is_swept_and_the_plan_stays(
    call: Call, before: Before, operation: str, number: int
) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    before(operation, on_call(number, die))
    with pytest.raises(Died):
        replace(call)
    assert len(intents()) == 1
    assert call(get_plan.handler, "plans/get_plan")["body"] == first["body"]
    sweep(minutes=14)
    assert len(intents()) == 1
    sweep()
    assert (generations(), intents()) == ({"1": 2}, [])
    assert call(get_plan.handler, "plans/get_plan")["body"] == first["body"]
    assert replace(call)["json"] == LARGE


def test_what_was_committed_is_never_swept_live_or_history(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan", body=LARGE)
    other = json.loads(json.dumps(LARGE).replace("Yearly physical", "Yearly checkup"))
    assert call(replace_plan.handler, "plans/replace_plan", body=other)["json"] == other != LARGE
    call(replace_plan.handler, "plans/replace_plan", body=LARGE | {"linkedPlanServices": []})
    there = generations()
    assert sorted(there.values()) == [110, 110]
    sweep()
    sweep()
    assert generations() == there
    assert call(get_plan.handler, "plans/get_plan", query={"version": "1"})["json"] == LARGE


def test_a_writer_whose_generation_was_taken_fails_and_is_tried_again(call: Call, before: Before) -> None:
    call(create_plan.handler, "plans/create_plan")
    before("TransactWriteItems", on_call(1, lambda _: sweep()))
    assert replace(call)["json"] == LARGE
    [live] = set(generations()) - {"1"}
    assert generations() == {"1": 2, live: 110}
    assert intents() == []
    assert call(get_plan.handler, "plans/get_plan")["json"] == LARGE


def late_switch(call: Call, before: Before) -> Callable[[], None]:
    """A plan, and the switch of a writer that replaces it, which has not reached the table yet."""
    call(create_plan.handler, "plans/create_plan")
    sent: dict[str, Any] = {}

    def keep(params: dict[str, Any]) -> None:
        sent.update(params)
        raise Died

    before("TransactWriteItems", on_call(1, keep))
    with pytest.raises(Died):
        replace(call)
    return lambda: client("dynamodb").transact_write_items(**sent)


def test_a_switch_that_comes_before_the_sweep_takes_the_intent_wins(call: Call, before: Before) -> None:
    switch = late_switch(call, before)
    # The sweep has found the intent in the index, and is about to take it.
    before("UpdateItem", on_call(1, lambda _: switch()))
    sweep()
    assert call(get_plan.handler, "plans/get_plan")["json"] == LARGE
    assert intents() == []


@pytest.mark.parametrize(("operation", "number"), [("GetItem", 1), ("Query", 2), ("DeleteItem", 1)])
def test_a_switch_that_comes_after_the_sweep_took_the_intent_fails(
    call: Call, before: Before, operation: str, number: int
) -> None:
    switch = late_switch(call, before)
    failed = []

    def late(_: dict[str, Any]) -> None:
        with pytest.raises(client("dynamodb").exceptions.TransactionCanceledException):
            switch()
        failed.append(operation)

    before(operation, on_call(number, late))
    sweep()
    assert failed == [operation]
    assert (generations(), intents()) == ({"1": 2}, [])
    with pytest.raises(client("dynamodb").exceptions.TransactionCanceledException):
        switch()


def test_an_intent_that_is_delivered_again_after_the_switch_harms_nothing(call: Call, before: Before) -> None:
    call(create_plan.handler, "plans/create_plan")
    sent: dict[str, Any] = {}
    before("PutItem", on_call(1, sent.update))
    replace(call)
    client("dynamodb").put_item(**sent)
    assert len(intents()) == 1
    sweep()
    assert intents() == []
    assert call(get_plan.handler, "plans/get_plan")["json"] == LARGE


def test_the_generation_of_a_writer_that_lost_a_race_is_swept(call: Call, before: Before) -> None:
    call(create_plan.handler, "plans/create_plan")

    def overtake(_: dict[str, Any]) -> None:
        call(replace_plan.handler, "plans/replace_plan", body=changed(planType="faster"))

    before("PutItem", on_call(1, overtake))
    assert replace(call)["json"] == LARGE
    [lost, live] = sorted(set(generations()) - {"1"})
    assert (lost.split("-")[0], live.split("-")[0]) == ("2", "3")
    sweep()
    assert (generations(), intents()) == ({"1": 2, live: 110}, [])
    assert call(get_plan.handler, "plans/get_plan")["json"] == LARGE


def test_a_sweep_that_dies_at_any_step_is_ended_by_the_next(call: Call, before: Before) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    deaths = 0
    for number in range(1, 20):
        before("TransactWriteItems", on_call(1, die))
        with pytest.raises(Died):
            replace(call)
        stop = before("*", on_call(number, die))
        try:
            sweep()
        except Died:
            deaths += 1
            sweep()
        stop()
        assert (generations(), intents()) == ({"1": 2}, [])
        if deaths < number:
            break
    assert 5 <= deaths < 19
    assert call(get_plan.handler, "plans/get_plan")["body"] == first["body"]


def test_a_batch_that_arrives_late_changes_no_committed_plan(call: Call) -> None:
    """A batch gets no answer and is written again; the first one arrives after a patch of one of its services."""
    late: list[dict[str, Any]] = []

    def keep(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        late.append(body)
        raise ConnectionClosedError(endpoint_url="https://dynamodb")

    with injected() as faults:
        faults.at("BatchWriteItem", 0, keep)
        assert call(create_plan.handler, "plans/create_plan", body=large_plan(120))["statusCode"] == 201
    [request, *_] = late[0]["RequestItems"][settings().tables["plans"]]
    object_id = request["PutRequest"]["Item"]["sk"]["S"].split("#", 2)[2]
    body = {"linkedPlanServices": [{"objectId": object_id, "planserviceCostShares": {"copay": 7}}]}
    patched = call(patch_plan.handler, "plans/patch_plan", body=body)
    client("dynamodb").batch_write_item(**late[0])
    answer = call(get_plan.handler, "plans/get_plan")
    assert (answer["statusCode"], answer["body"]) == (200, patched["body"])
    # What was begun and given up is swept like the work of a writer that died.
    assert len(generations()) == 2
    sweep()
    assert list(generations().values()) == [120]
    assert call(get_plan.handler, "plans/get_plan")["body"] == patched["body"]
