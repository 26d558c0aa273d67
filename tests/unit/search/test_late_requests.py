"""The index of plans after requests that land when nobody waits for them any more, and after redriven messages."""

import datetime
from collections.abc import Callable
from typing import Any

import opensearchpy
import pytest

from payerworks.messages import pause_seconds
from payerworks.opensearch import SECONDS
from plans import replace_plan
from plans.plan.stored_plan import creation
from plans.storage import repository as plans
from plans.storage.items import Author
from search import on_plan_operation
from search.plans.drift import recheck
from tests.unit.clock import Clock
from tests.unit.conftest import TEMPLATE, Call
from tests.unit.fake_opensearch import FakeOpenSearch
from tests.unit.paused_messages import batch, pauses, reported
from tests.unit.plans.plans import large_plan

PLAN = "a"
RESOURCES = TEMPLATE.template["Resources"]
TIMEOUT = RESOURCES["OnPlanOperation"]["Properties"]["Timeout"]
QUEUE = RESOURCES["SearchIndex"]["Properties"]
OPENSEARCH_WAITS = 60
"""How many seconds OpenSearch waits for a primary shard where a request does not say it."""


class Killed(BaseException):
    """The process ends here."""


class Function:
    """The function of the queue of plan changes, on a clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def deliver(self, version: int, tries: int = 1, age: float = 0) -> float | None:
        """Deliver the message of a version; returns when it is delivered again, None if it succeeded."""
        at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=age)
        message = {"tenant": "acme", "objectId": PLAN, "version": version, "at": at.isoformat()}
        received = self._clock.now
        with pauses(self._clock) as paused:
            try:
                event = batch([message], tries=[tries])
                answer = on_plan_operation.handler(event, self._clock.invocation(TIMEOUT))
            except Killed:
                return received + float(QUEUE["VisibilityTimeout"])
        if reported(answer) == []:
            return None
        return paused[-1].at + paused[-1].seconds


class LateBulk:
    """A bulk request that waits for a primary shard, while its client gives up waiting for the answer.

    `lands_at` is the last moment at which it can land.
    """

    def __init__(self, opensearch: FakeOpenSearch, clock: Clock, ends: Callable[[], None]) -> None:
        self._opensearch, self._clock, self._ends = opensearch, clock, ends
        self.lands_at = 0.0
        self.land: Callable[[], Any] = lambda: None

    def __call__(self, body: str, index: str, params: dict[str, Any]) -> dict[str, Any]:
        self._opensearch.bulk = self._opensearch.answer_bulk  # only this request meets a node without a primary
        self.land = lambda: self._opensearch.land(body, index)
        self.lands_at = self._clock.now + float(str(params.get("timeout", f"{OPENSEARCH_WAITS}s")).rstrip("s"))
        self._ends()
        raise AssertionError("the client did not give up")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def store() -> None:
    """Version 1 of the plan, with three services."""
    plan = large_plan(3) | {"objectId": PLAN}
    plans.commit_change(creation("acme", plan, None, "seed"), Author("u-1", "r-1"))


def remove_a_service(call: Call) -> None:
    """Version 2 of the plan, with two services."""
    plan = large_plan(2) | {"objectId": PLAN}
    assert call(replace_plan.handler, "plans/replace_plan", path={"id": PLAN}, body=plan)["statusCode"] == 200


def time_out(clock: Clock) -> None:
    clock.hang(SECONDS)
    raise opensearchpy.ConnectionTimeout("TIMEOUT", "read timed out", None)


def lose_the_connection(clock: Clock) -> None:
    clock.hang(1)
    raise opensearchpy.ConnectionError("N/A", "reset", ConnectionResetError())


def die(clock: Clock) -> None:
    raise Killed


@pytest.mark.parametrize("end", [time_out, lose_the_connection, die])
def test_a_request_that_lands_late_is_found_by_the_delivery_that_follows(
    call: Call, opensearch: FakeOpenSearch, clock: Clock, end: Callable[[Clock], None]
) -> None:
    function = Function(clock)
    store()

    def while_the_request_waits() -> None:
        # Version 2 removes a service that the index has never had: nothing is deleted, and no deletion is remembered.
        remove_a_service(call)
        assert function.deliver(2) is None
        end(clock)

    late = LateBulk(opensearch, clock, while_the_request_waits)
    opensearch.bulk = late
    again = function.deliver(1)
    assert again is not None
    if late.lands_at <= again:
        late.land()
        clock.now = again
        assert function.deliver(1, tries=2) is None
    else:
        clock.now = again
        assert function.deliver(1, tries=2) is None
        late.land()
    assert recheck([("acme", PLAN)]) == []
    assert len(documents(opensearch)) == 2 + 3 * 2


def documents(opensearch: FakeOpenSearch) -> list[dict[str, Any]]:
    [found] = opensearch.documents.values()
    return list(found.values())


@pytest.fixture
def stray(call: Call, opensearch: FakeOpenSearch, clock: Clock) -> FakeOpenSearch:
    """The index after version 1's message died halfway in its last try, and version 2's sync had not met that."""
    store()
    late = LateBulk(opensearch, clock, lambda: die(clock))
    opensearch.bulk = late
    assert Function(clock).deliver(1, tries=100) is not None
    remove_a_service(call)
    assert Function(clock).deliver(2) is None
    late.land()
    assert len(documents(opensearch)) > 2 + 3 * 2
    return opensearch


def test_a_redriven_message_compares_though_its_tries_count_from_one(stray: FakeOpenSearch, clock: Clock) -> None:
    assert Function(clock).deliver(1, tries=1, age=shortest_life()) is None
    assert recheck([("acme", PLAN)]) == []


def test_a_message_of_a_change_just_made_costs_no_comparison(
    opensearch: FakeOpenSearch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store()
    assert Function(clock).deliver(1) is None
    asked: list[Any] = []
    monkeypatch.setattr(opensearch, "search", lambda **query: asked.append(query))
    assert Function(clock).deliver(1, age=60) is None
    assert asked == []


def shortest_life() -> float:
    """Seconds until a message of the queue can be a dead letter: the pauses between all its tries."""
    tries = QUEUE["RedrivePolicy"]["maxReceiveCount"]
    return float(sum(pause_seconds(number, SECONDS) for number in range(1, tries)))


def test_a_dead_letter_is_older_than_what_is_taken_for_a_first_try() -> None:
    assert shortest_life() > 2 * on_plan_operation.REDRIVEN_AFTER.total_seconds()


def test_a_message_survives_an_outage_of_seven_hours() -> None:
    assert shortest_life() > 7 * 3600
    patients = RESOURCES["PatientIndex"]["Properties"]["RedrivePolicy"]
    assert patients["maxReceiveCount"] == QUEUE["RedrivePolicy"]["maxReceiveCount"]
