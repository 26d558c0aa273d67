"""What the processor has paid in an attempt that did not settle the claim is taken back, whatever is lost meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from claims import decide_claim_payment, request_claim_payment, void_claim
from claims.payments.payment_processor import Paid, ProcessorTimedOut
from claims.payments.sandbox_processor import SandboxProcessor
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.claims.saga import TRIES, Killed, Message, Saga, dying_before, failing
from tests.unit.conftest import Call

REVERSED = "A payment of the claim is being reversed; try again after that."
NOTE = {"decision": "refuse", "note": "a note"}
People = Callable[[Any, str], tuple[int, str]]


@pytest.fixture
def people(call: Call) -> People:
    """Call an operation on a claim; returns the status, and the detail of a problem."""

    def call_on_claim(operation: Any, claim_id: str) -> tuple[int, str]:
        body = {"body": NOTE} if operation is decide_claim_payment else {}
        answer = call(operation.handler, operation.__name__.replace(".", "/"), path={"id": claim_id}, **body)
        return answer["statusCode"], answer["json"].get("detail", "")

    return call_on_claim


@contextmanager
def unable_to(name: str) -> Iterator[None]:
    """Each call `find` or `reverse` of the processor times out."""

    def time_out(*_: object) -> None:
        raise ProcessorTimedOut("The processor does not answer.")

    with pytest.MonkeyPatch.context() as silent:
        silent.setattr(SandboxProcessor, name, time_out)
        yield


def pay_after_all(saga: Saga, claim_id: str) -> Message:
    """The processor pays the first attempt, which it has refused; returns the message of the payment."""
    client("dynamodb").update_item(
        TableName=settings().tables["sandbox_payments"],
        Key={"pk": {"S": f"acme#{claim_id}#1"}},
        UpdateExpression="SET #state = :paid",
        ConditionExpression="#state = :refused",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":paid": {"S": "paid"}, ":refused": {"S": "refused"}},
    )
    return {"tenant": "acme", "claimId": claim_id, "attempt": 1, "at": "2026-01-01", "requestId": "r", "reference": "x"}


def dead_letter(saga: Saga, message: Message) -> None:
    """Deliver a settlement in vain, as often as it is delivered at most."""
    for tries in range(1, TRIES + 1):
        assert saga.settle(message, tries=tries) == [message]


def refused_once(saga: Saga, people: People, environment: Any, next_faults: str = "") -> str:
    """A claim that the processor has refused and that is asked for again."""
    environment(SANDBOX_FAULTS="refuse=1")
    claim_id = saga.claim()
    saga.pay(claim_id)
    saga.finish()
    assert people(request_claim_payment, claim_id)[0] == 202
    environment(SANDBOX_FAULTS=next_faults)
    return claim_id


def check_that_all_wait_until_it_is_reversed(saga: Saga, people: People, claim_id: str) -> None:
    """The schedule tries for a day to reverse the first attempt, and people wait; then it is done, and once."""
    for _ in range(12):
        for operation in (void_claim, request_claim_payment):
            assert people(operation, claim_id)[0] == 409
        with unable_to("reverse"):
            saga.age(claim_id)
            saga.look_for_overdue()
        assert saga.held(claim_id) == "paid"
    status, steps = saga.shown(claim_id)
    if status == "payment_review":
        assert people(decide_claim_payment, claim_id) == (409, REVERSED)
    if status in ("payment_review", "failed"):
        assert people(request_claim_payment, claim_id)[1] == REVERSED
    if status == "failed":
        assert people(void_claim, claim_id)[1] == REVERSED
    saga.age(claim_id)
    saga.look_for_overdue()
    assert saga.shown(claim_id) == (status, [*steps, "reversed"])
    assert saga.held(claim_id) == "reversed"
    # A claim that waits for its request is sent again only now, and goes on waiting.
    assert saga.due() == [claim_id] * (status == "received")
    assert (saga.payment(claim_id).overdue_at is None) == (status != "received")


ENDS = pytest.mark.parametrize(("next_faults", "end"), [("", "processed"), ("refuse=1", "failed")])


@ENDS
def test_an_earlier_attempt_whose_reversal_failed_is_reversed_after_the_latest_has_ended(
    saga: Saga, people: People, environment: Any, next_faults: str, end: str
) -> None:
    claim_id = refused_once(saga, people, environment, next_faults)
    saga.pay(claim_id)
    [second] = saga.settlements()
    with unable_to("reverse"):
        dead_letter(saga, pay_after_all(saga, claim_id))
    assert saga.settle(second) == []
    assert saga.shown(claim_id)[0] == end
    check_that_all_wait_until_it_is_reversed(saga, people, claim_id)


@ENDS
def test_an_earlier_attempt_that_turns_out_paid_after_the_end_of_the_latest_is_reversed(
    saga: Saga, people: People, environment: Any, next_faults: str, end: str
) -> None:
    claim_id = refused_once(saga, people, environment, next_faults)
    saga.pay(claim_id)
    saga.finish()
    if saga.payment(claim_id).overdue_at:  # the schedule asks for it once more
        saga.age(claim_id)
        saga.look_for_overdue()
    assert (saga.shown(claim_id)[0], saga.payment(claim_id).overdue_at) == (end, None)
    with unable_to("reverse"):
        dead_letter(saga, pay_after_all(saga, claim_id))
    check_that_all_wait_until_it_is_reversed(saga, people, claim_id)


def test_an_earlier_attempt_is_reversed_while_the_claim_is_in_review(
    saga: Saga, people: People, environment: Any
) -> None:
    claim_id = refused_once(saga, people, environment)
    pay_after_all(saga, claim_id)
    with unable_to("reverse"):
        for tries in range(1, TRIES + 1):  # it is not paid before the first attempt is reversed
            assert saga.pay(claim_id, tries=tries) == [claim_id]
    assert saga.shown(claim_id)[0] == "payment_review"
    check_that_all_wait_until_it_is_reversed(saga, people, claim_id)


def test_an_earlier_attempt_is_reversed_though_the_latest_is_never_requested(
    saga: Saga, people: People, environment: Any
) -> None:
    claim_id = refused_once(saga, people, environment)
    with unable_to("reverse"):
        dead_letter(saga, pay_after_all(saga, claim_id))
        saga.age(claim_id)
        saga.look_for_overdue()
    assert (saga.shown(claim_id)[0], saga.due()) == ("received", [])
    check_that_all_wait_until_it_is_reversed(saga, people, claim_id)


def test_the_latest_attempt_whose_reversal_failed_is_reversed_in_the_end(saga: Saga, people: People) -> None:
    claim_id = saga.claim(subscriber="REFUSE-PAID")
    saga.pay(claim_id)
    refused, paid = saga.settlements()
    saga.settle(refused)
    with unable_to("reverse"):
        dead_letter(saga, paid)
    check_that_all_wait_until_it_is_reversed(saga, people, claim_id)


def test_a_payment_after_a_refusal_that_nobody_could_note_is_found_by_the_schedule(saga: Saga, people: People) -> None:
    claim_id = saga.claim(subscriber="REFUSE-PAID")
    saga.pay(claim_id)
    refused, paid = saga.settlements()
    saga.settle(refused)
    with failing("dynamodb", "UpdateItem", holding="paid"):
        dead_letter(saga, paid)
    assert people(void_claim, claim_id)[0] == 200
    saga.age(claim_id)
    saga.look_for_overdue()
    assert saga.shown(claim_id)[1][-2:] == ["paid", "reversed"]
    assert (saga.held(claim_id), saga.payment(claim_id).overdue_at) == ("reversed", None)


def test_every_attempt_of_a_declined_claim_is_asked_for(saga: Saga, people: People, environment: Any) -> None:
    claim_id = refused_once(saga, people, environment)
    pay_after_all(saga, claim_id)
    with unable_to("find"):
        for tries in range(1, TRIES + 1):
            assert saga.pay(claim_id, tries=tries) == [claim_id]
    assert people(decide_claim_payment, claim_id)[0] == 200
    saga.age(claim_id)
    saga.look_for_overdue()
    assert saga.shown(claim_id)[1][-2:] == ["paid", "reversed"]
    assert (saga.held(claim_id), saga.payment(claim_id).overdue_at) == ("reversed", None)


def test_two_attempts_to_reverse_keep_the_deadline_until_both_are_reversed(
    saga: Saga, people: People, environment: Any
) -> None:
    claim_id = refused_once(saga, people, environment)
    saga.pay(claim_id)
    [second] = saga.settlements()
    with unable_to("reverse"):
        dead_letter(saga, pay_after_all(saga, claim_id))
        with failing("dynamodb", "UpdateItem", holding="the claim is processed"):
            dead_letter(saga, second)
    assert [saga.held(claim_id, attempt) for attempt in (1, 2)] == ["paid", "paid"]
    assert saga.settle(second) == []  # redriven
    assert [saga.held(claim_id, attempt) for attempt in (1, 2)] == ["paid", "reversed"]
    check_that_all_wait_until_it_is_reversed(saga, people, claim_id)


def test_a_schedule_that_meets_a_new_request_leaves_its_deadline(
    saga: Saga, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = saga.claim(subscriber="REFUSE")
    saga.pay(claim_id)
    saga.finish()
    saga.age(claim_id)
    find = SandboxProcessor.find

    def ask_first(processor: SandboxProcessor, key: str) -> object:
        assert people(request_claim_payment, claim_id)[0] == 202
        pay_after_all(saga, claim_id)
        return find(processor, key)

    monkeypatch.setattr(SandboxProcessor, "find", ask_first)
    saga.look_for_overdue()
    assert saga.shown(claim_id) == ("received", ["requested", "refused", "asked", "paid", "reversed"])
    assert saga.payment(claim_id).overdue_at is not None


def test_a_schedule_that_meets_a_new_reversal_leaves_its_deadline(
    saga: Saga, people: People, environment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = refused_once(saga, people, environment, "refuse=1")
    saga.pay(claim_id)
    saga.finish()
    saga.age(claim_id)
    find = SandboxProcessor.find

    def first_is_paid_meanwhile(processor: SandboxProcessor, key: str) -> object:
        if key.endswith("#1"):
            return find(processor, key)
        late = pay_after_all(saga, claim_id)
        with unable_to("reverse"):
            dead_letter(saga, late)
        return Paid("x")

    with monkeypatch.context() as changed:
        changed.setattr(SandboxProcessor, "find", first_is_paid_meanwhile)
        saga.look_for_overdue()
    assert [step.attempt for step in saga.payment(claim_id).steps if step.step == "reversed"] == [2]
    check_that_all_wait_until_it_is_reversed(saga, people, claim_id)


@pytest.mark.parametrize("end", ["processed", "failed"])
def test_a_reversal_of_an_earlier_attempt_that_crashes_anywhere_is_finished_by_the_schedule(
    saga: Saga, people: People, environment: Any, end: str
) -> None:
    calls = 0
    while _died(saga, people, environment, end, calls):
        calls += 1
    assert calls >= 4


def _died(saga: Saga, people: People, environment: Any, end: str, call: int) -> bool:
    """Crash before a call, in the last delivery of the message that the first attempt was paid."""
    claim_id = refused_once(saga, people, environment, "" if end == "processed" else "refuse=1")
    saga.pay(claim_id)
    [second] = saga.settlements()
    paid, died = pay_after_all(saga, claim_id), False
    try:
        with dying_before(call):
            saga.settle(paid, tries=TRIES)
    except Killed:
        died = True
    saga.settle(second)
    while saga.payment(claim_id).overdue_at:
        saga.age(claim_id)
        saga.look_for_overdue()
    assert saga.shown(claim_id)[0] == end
    assert saga.held(claim_id) == "reversed"
    return died
