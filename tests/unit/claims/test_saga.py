"""After deliveries in any order and number, the money is right and every state is valid."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims import decide_claim_payment, request_claim_payment, void_claim
from claims.payments.payment_processor import ProcessorTimedOut
from claims.payments.sandbox_processor import SandboxProcessor
from tests.unit.claims.saga import TRIES, Message, Saga
from tests.unit.conftest import Call

MARKS = ("3730189502", "REFUSE", "TIMEOUT", "TIMEOUT-PAID", "TWICE", "REFUSE-PAID", "NEVER")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    marks=st.lists(st.sampled_from(MARKS), min_size=1, max_size=4),
    events=st.lists(st.tuples(st.sampled_from("ppppsssvorradtt"), st.integers(0, 7)), max_size=24),
)
def test_any_order_of_deliveries_calls_and_schedules_ends_right(
    call: Call, saga: Saga, monkeypatch: pytest.MonkeyPatch, marks: list[str], events: list[tuple[str, int]]
) -> None:
    """Each letter is an event: `p` pay, `s` settle, `o` overdue, `t` the processor's reversals fail from now on, or no
    longer, and those of PEOPLE.
    """
    monkeypatch.setattr(SandboxProcessor, "reverse", REVERSE)
    claims = {saga.claim(f"{100 + number}.01", mark): mark for number, mark in enumerate(marks)}
    ids = list(claims)
    settlements: list[Message] = []
    tries: Counter[str] = Counter()
    for kind, number in events:
        claim_id = ids[number % len(ids)]
        if kind == "p":
            tries[claim_id] = tries[claim_id] % TRIES + 1
            saga.pay(claim_id, tries=tries[claim_id])
            settlements += saga.settlements()
        elif kind == "s" and settlements:
            saga.settle(settlements[number % len(settlements)])
        elif kind in PEOPLE:
            PEOPLE[kind](call, saga, claim_id)
        elif kind == "t":
            fails = SandboxProcessor.reverse == REVERSE
            monkeypatch.setattr(SandboxProcessor, "reverse", time_out if fails else REVERSE)
        elif kind == "o" and saga.payment(claim_id).overdue_at:
            saga.age(claim_id)
            saga.look_for_overdue()
        for each in ids:
            check_deadline(saga, each)
    monkeypatch.setattr(SandboxProcessor, "reverse", REVERSE)
    deliver_all(saga, ids, tries, settlements)
    for claim_id in ids:
        check(saga, claim_id)


def deliver_all(saga: Saga, ids: list[str], tries: Counter[str], settlements: list[Message]) -> None:
    """Deliver every message as often as it takes, and run the schedule until no claim has a deadline."""
    for claim_id in ids:
        while saga.pay(claim_id, tries=(tries := tries + Counter([claim_id]))[claim_id]) and tries[claim_id] < TRIES:
            pass
    saga.settle(*settlements, *saga.settlements())
    for claim_id in ids:
        while saga.payment(claim_id).overdue_at:
            saga.age(claim_id)
            saga.look_for_overdue()


REVERSE = SandboxProcessor.reverse


def time_out(*_: object) -> None:
    raise ProcessorTimedOut("The processor does not answer.")


def void(call: Call, saga: Saga, claim_id: str) -> None:
    before = saga.payment(claim_id)
    answer: dict[str, Any] = call(void_claim.handler, "claims/void_claim", path={"id": claim_id})
    may = (before.claim.status == "failed" and not before.reversal) or before.claim.status == "void"
    may = may or before.attempt is None
    assert answer["statusCode"] == (200 if may else 409)


def ask(call: Call, saga: Saga, claim_id: str) -> None:
    before = saga.payment(claim_id)
    name = "claims/request_claim_payment"
    answer: dict[str, Any] = call(request_claim_payment.handler, name, path={"id": claim_id})
    may = before.claim.status in ("received", "failed", "payment_review") and not before.reversal
    assert answer["statusCode"] == (202 if may else 409)


def approve(call: Call, saga: Saga, claim_id: str) -> None:
    decide(call, saga, claim_id, "approve")


def refuse(call: Call, saga: Saga, claim_id: str) -> None:
    decide(call, saga, claim_id, "refuse")


def decide(call: Call, saga: Saga, claim_id: str, decision: str) -> None:
    before = saga.payment(claim_id)
    body = {"decision": decision, "note": "a note"}
    name = "claims/decide_claim_payment"
    answer: dict[str, Any] = call(decide_claim_payment.handler, name, path={"id": claim_id}, body=body)
    may = before.claim.status == "payment_review" and not before.reversal
    assert answer["statusCode"] == (200 if may else 409)


PEOPLE = {"v": void, "r": ask, "a": approve, "d": refuse}


def check_deadline(saga: Saga, claim_id: str) -> None:
    """What the processor has paid and has to give back is known, and the schedule looks at it."""
    payment = saga.payment(claim_id)
    reversing = [attempt for attempt in range(1, (payment.attempt or 0) + 1) if payment.is_reversing(attempt)]
    assert payment.overdue_at is not None or not reversing


def check(saga: Saga, claim_id: str) -> None:
    payment = saga.payment(claim_id)
    status, steps = saga.shown(claim_id)
    assert status in ("processed", "failed", "payment_review", "void")
    assert (payment.claim.review_reason is not None) == (status == "payment_review")
    # The processor holds the claim's money once, and exactly where the claim is processed: so the sums agree, too.
    held = {attempt: saga.held(claim_id, attempt) for attempt in range(1, (payment.attempt or 0) + 2)}
    paid = [attempt for attempt, state in held.items() if state == "paid"]
    assert paid == ([payment.attempt] if status == "processed" else [])
    assert steps.count("settled") == (status == "processed")
    for attempt, state in held.items():
        of_attempt = [step.step for step in payment.steps if step.attempt == attempt]
        for once in ("paid", "refused", "reversed"):
            assert of_attempt.count(once) <= 1
        assert ("paid" in of_attempt) == (state in ("paid", "reversed"))
        assert ("reversed" in of_attempt) == (state == "reversed")
