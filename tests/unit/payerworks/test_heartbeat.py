"""A message of long work is hidden by heartbeats while its worker lives, and comes again soon after it died."""

import threading
from typing import Any

import pytest

from payerworks import heartbeat
from payerworks.errors import Unavailable
from payerworks.messages import pause_seconds, sqs_handler
from tests.unit.clock import Clock
from tests.unit.conftest import TEMPLATE
from tests.unit.paused_messages import batch, pauses


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(heartbeat, "SECONDS", 0.01)
    return Clock(monkeypatch)


def test_heartbeats_go_on_until_the_work_is_done(call: object, fast: Clock) -> None:
    with pauses(fast) as made:

        def work(message: object) -> None:
            assert made[0].seconds == heartbeat.HIDDEN_SECONDS  # before the work begins
            wait_for(lambda: len(made) >= 3)

        sqs_handler(work, is_long=True)(batch([{}]), fast.invocation(900))
        beats = len(made)
        threading.Event().wait(0.05)
        assert len(made) == beats >= 3
    assert {(beat.message, beat.seconds) for beat in made} == {("0", heartbeat.HIDDEN_SECONDS)}


def wait_for(condition: Any) -> None:
    for _ in range(500):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it took too long")


def test_a_pause_after_a_failure_is_the_last_word(call: object, fast: Clock) -> None:
    def work(message: object) -> None:
        raise Unavailable("It is down.")

    with pauses(fast) as made:
        answer = sqs_handler(work, is_long=True)(batch([{}]), fast.invocation(900))
        threading.Event().wait(0.05)
    assert len(answer["batchItemFailures"]) == 1
    assert made[-1].seconds == pause_seconds(1)


def test_short_work_has_no_heartbeats(call: object, fast: Clock) -> None:
    with pauses(fast) as made:
        sqs_handler(lambda message: threading.Event().wait(0.05) and None)(batch([{}]), fast.invocation(60))
    assert made == []


def test_a_split_whose_worker_died_resumes_within_minutes() -> None:
    queue = TEMPLATE.template["Resources"]["IntakeUploads"]["Properties"]
    assert heartbeat.HIDDEN_SECONDS <= 5 * 60 < queue["VisibilityTimeout"]
    assert 2 * heartbeat.SECONDS < heartbeat.HIDDEN_SECONDS
