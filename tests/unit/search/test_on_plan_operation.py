import copy
import datetime
import json
import pathlib
from typing import Any

import botocore.session
import pytest

from payerworks.opensearch import SECONDS
from search import on_patient_operations, on_plan_operation
from tests.unit.clock import Clock
from tests.unit.fake_opensearch import FakeOpenSearch
from tests.unit.paused_messages import batch, pauses, reported

EVENT: dict[str, Any] = json.loads(
    (pathlib.Path(__file__).parents[3] / "events/search/on_plan_operation.json").read_text()
)
TIMEOUT = 60


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def changes(count: int) -> list[dict[str, Any]]:
    """Messages about changes of as many plans, made just now."""
    at = datetime.datetime.now(datetime.UTC).isoformat()
    return [{"tenant": "acme", "objectId": f"plan-{number}", "version": 1, "at": at} for number in range(count)]


def test_while_search_is_down_the_message_stays_and_comes_again_soon(opensearch: FakeOpenSearch, clock: Clock) -> None:
    opensearch.down = True
    with pauses(clock) as paused:
        answer = on_plan_operation.handler(batch(changes(1)), clock.invocation(TIMEOUT))
    assert reported(answer) == ["0"]
    assert [(pause.message, pause.seconds) for pause in paused] == [("0", SECONDS)]


def test_a_message_that_is_no_json_fails_alone(aws: botocore.session.Session) -> None:
    event = copy.deepcopy(EVENT)
    event["Records"][0]["body"] = "poison"
    assert len(on_plan_operation.handler(event, None)["batchItemFailures"]) == 1


@pytest.mark.parametrize("handler", [on_plan_operation.handler, on_patient_operations.handler])
def test_while_opensearch_hangs_each_message_of_a_batch_is_paused_and_reported_in_time(
    opensearch: FakeOpenSearch, clock: Clock, handler: Any
) -> None:
    opensearch.hang = lambda: clock.hang(SECONDS)
    messages = [message | {"patients": ["none"]} for message in changes(10)]
    began = clock.now
    with pauses(clock) as paused:
        answer = handler(batch(messages), clock.invocation(TIMEOUT))
    assert clock.now - began == SECONDS
    assert reported(answer) == sorted(pause.message for pause in paused) == [str(number) for number in range(10)]
    assert {pause.seconds for pause in paused} == {SECONDS}
