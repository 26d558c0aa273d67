import datetime

import pytest

from ops import get_queue
from ops.queues.dead_letters import MOST_SHOWN
from tests.unit.conftest import Call
from tests.unit.ops.conftest import Bodies, Put

DEAD = "ClaimTotalsDeadLetters"
MESSAGE = {"tenant": "acme", "eventId": "acme#1#2", "claimId": "1", "requestId": "r-1", "job": {"not": "a text"}}


def test_a_dead_message_is_shown_by_its_identifiers_and_never_by_its_body(call: Call, put: Put) -> None:
    put(DEAD, MESSAGE | {"subscriber_number": "S-1", "note": "of a patient"})
    answer = call(get_queue.handler, "ops/get_queue")
    (head,) = answer["json"]["messages"]
    assert head["about"] == {"eventId": "acme#1#2", "claimId": "1", "requestId": "r-1"}
    assert head["receives"] == 1
    sent = datetime.datetime.fromisoformat(head["sentAt"])
    assert abs(datetime.datetime.now(datetime.UTC) - sent) < datetime.timedelta(minutes=5)
    assert answer["json"]["dead"] == 1
    assert all(text not in answer["body"] for text in ("S-1", "patient"))


def test_identifiers_of_another_tenant_are_not_shown(call: Call, put: Put) -> None:
    put(DEAD, MESSAGE)
    assert [head["about"] for head in _heads(call, tenant="other")] == [{}]
    assert [head["about"]["claimId"] for head in _heads(call)] == ["1"]


@pytest.mark.parametrize("body", ["{", "[]", "null", '"text"'])
def test_a_message_that_is_not_an_object_is_shown_without_identifiers(call: Call, put: Put, body: str) -> None:
    put(DEAD, body)
    assert [head["about"] for head in _heads(call)] == [{}]


def test_a_call_hides_messages_only_while_it_runs(call: Call, put: Put, bodies: Bodies) -> None:
    put(DEAD, *range(12))
    assert len(_heads(call)) == len(_heads(call)) == 12
    assert sorted(bodies(DEAD), key=int) == [str(number) for number in range(12)]


def test_at_most_a_hundred_dead_messages_are_shown(call: Call, put: Put) -> None:
    put(DEAD, *range(MOST_SHOWN + 1))
    answer = call(get_queue.handler, "ops/get_queue")["json"]
    assert (len(answer["messages"]), answer["dead"]) == (100, 101)


def test_failed_calls_of_a_schedule_are_shown_too(call: Call, put: Put) -> None:
    put("PlanSweepDeadLetters", {"requestContext": {"functionArn": "arn"}})
    answer = call(get_queue.handler, "ops/get_queue", path={"name": "plan-sweep"})["json"]
    assert (answer["dead"], len(answer["messages"]), answer["waiting"]) == (1, 1, None)


@pytest.mark.parametrize("name", ["nothing", "claim_totals", "search-index-dead-letters", "ClaimTotals", ""])
def test_an_unknown_queue_is_404(call: Call, name: str) -> None:
    assert call(get_queue.handler, "ops/get_queue", path={"name": name})["statusCode"] == 404


def _heads(call: Call, **changes: str) -> list[dict[str, dict[str, str]]]:
    heads: list[dict[str, dict[str, str]]] = call(get_queue.handler, "ops/get_queue", **changes)["json"]["messages"]
    return heads
