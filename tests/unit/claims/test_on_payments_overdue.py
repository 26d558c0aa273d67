"""Claims that have waited too long for a payment."""

import datetime

import pytest

from claims.claim.status import REQUESTED_LASTS
from claims.payments import payment_repository
from claims.payments.payment import SagaStep
from claims.payments.payment_processor import ProcessorTimedOut
from claims.payments.sandbox_processor import SandboxProcessor
from tests.unit.claims.saga import Saga, failing


def test_a_claim_that_is_not_overdue_stays(saga: Saga) -> None:
    received, requested = saga.claim(), saga.claim()
    saga.pay(requested)
    saga.look_for_overdue()
    assert [saga.shown(claim_id)[0] for claim_id in (received, requested)] == ["received", "payment_requested"]


def test_a_wait_ends(saga: Saga) -> None:
    claim_id = saga.claim()
    waits = [saga.payment(claim_id).overdue_at]
    saga.pay(claim_id)
    waits.append(saga.payment(claim_id).overdue_at)
    left = [datetime.datetime.fromisoformat(wait) - datetime.datetime.now(datetime.UTC) for wait in waits if wait]
    assert datetime.timedelta(hours=23) < left[0] <= datetime.timedelta(days=1)
    assert datetime.timedelta(minutes=14) < left[1] <= REQUESTED_LASTS
    saga.finish()
    assert saga.payment(claim_id).overdue_at is None


def test_a_claim_that_was_never_requested_goes_to_review(saga: Saga) -> None:
    claim_id = saga.claim()
    saga.age(claim_id)
    saga.look_for_overdue()
    assert saga.shown(claim_id) == ("payment_review", ["review"])
    assert saga.payment(claim_id).claim.review_reason == saga.details(claim_id)[0]
    assert saga.details(claim_id) == ["Its payment was not requested within a day. No payment was begun."]


def test_a_payment_whose_settlement_was_lost_ends_as_the_processor_knows_it(saga: Saga) -> None:
    paid, refused, unknown = saga.claim(), saga.claim(subscriber="REFUSE"), saga.claim(subscriber="NEVER")
    for claim_id in (paid, refused, unknown):
        saga.pay(claim_id)
        saga.age(claim_id)
    saga.settlements()
    saga.look_for_overdue()
    assert saga.shown(paid) == ("processed", ["requested", "paid", "settled"])
    assert saga.shown(refused) == ("failed", ["requested", "refused"])
    assert saga.shown(unknown) == ("payment_review", ["requested", "review"])
    why = "Its payment was not settled within 15 minutes. The processor knows of no payment."
    assert saga.payment(unknown).claim.review_reason == saga.details(unknown)[1] == why
    assert list(payment_repository.find_overdue()) == []


def test_a_claim_whose_processor_does_not_answer_says_that_it_may_be_paid(
    saga: Saga, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = saga.claim()
    saga.pay(claim_id)
    saga.age(claim_id)
    with monkeypatch.context() as silent:
        silent.setattr(SandboxProcessor, "find", time_out)
        saga.look_for_overdue()
    assert saga.shown(claim_id) == ("payment_review", ["requested", "review"])
    assert "it may or may not have paid" in saga.details(claim_id)[1]


def test_a_refused_claim_waits_until_the_processor_says_whether_it_has_paid(
    saga: Saga, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = saga.claim()
    saga.pay(claim_id)
    declined = SagaStep("declined", "2026-01-01", "a note")
    payment_repository.decline(payment_repository.give_up(saga.payment(claim_id), "a reason"), declined)
    saga.age(claim_id)
    overdue = saga.payment(claim_id)
    with monkeypatch.context() as silent:
        silent.setattr(SandboxProcessor, "find", time_out)
        saga.look_for_overdue()
    assert saga.payment(claim_id) == overdue
    saga.look_for_overdue()
    assert saga.shown(claim_id) == ("failed", ["requested", "review", "declined", "paid", "reversed"])


def test_calls_that_hang_do_not_keep_the_schedule_beyond_its_time_nor_other_claims(
    saga: Saga, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_ids = [saga.claim() for _ in range(10)]
    saga.pay(*claim_ids)
    for claim_id in claim_ids:
        saga.age(claim_id)
    paid, *hanging = [claim_id for _, claim_id in payment_repository.find_overdue()]
    for claim_id in hanging:
        payment_repository.begin_reversal(saga.payment(claim_id), SagaStep("paid", "2026-01-01", "a reference"))
        saga.age(claim_id)
    with monkeypatch.context() as silent:
        silent.setattr(SandboxProcessor, "reverse", lambda *_: saga.hang())
        for _ in range(100):  # each has time for three claims
            began = saga.clock.now
            saga.look_for_overdue(seconds=30)
            assert saga.clock.now - began < 30
    assert saga.shown(paid)[0] == "processed"
    assert {claim_id for _, claim_id in payment_repository.find_overdue()} == set(hanging)
    saga.look_for_overdue()
    assert list(payment_repository.find_overdue()) == []


def test_a_claim_for_which_no_time_is_left_is_ended_by_the_next_run(saga: Saga) -> None:
    claim_id = saga.claim()
    saga.age(claim_id)
    saga.look_for_overdue(seconds=10)
    assert saga.shown(claim_id)[0] == "received"
    saga.look_for_overdue()
    assert saga.shown(claim_id)[0] == "payment_review"


def test_an_unexpected_error_of_one_claim_does_not_stop_the_others_and_is_raised(
    saga: Saga, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_ids = [saga.claim() for _ in range(3)]
    saga.pay(*claim_ids)
    for claim_id in claim_ids:
        saga.age(claim_id)
    find = SandboxProcessor.find
    monkeypatch.setattr(
        SandboxProcessor, "find", lambda processor, key: 1 / 0 if claim_ids[1] in key else find(processor, key)
    )
    with pytest.raises(ZeroDivisionError):
        saga.look_for_overdue()
    assert [saga.shown(claim_id)[0] for claim_id in claim_ids] == ["processed", "payment_requested", "processed"]


def time_out(*_: object) -> None:
    raise ProcessorTimedOut("The processor does not answer.")


def test_a_claim_that_cannot_be_ended_does_not_stop_the_others(saga: Saga) -> None:
    claim_ids = [saga.claim() for _ in range(3)]
    for claim_id in claim_ids:
        saga.age(claim_id)
    with failing("dynamodb", "UpdateItem", holding=claim_ids[1], code="TransactionConflictException"):
        saga.look_for_overdue()
    states = [saga.shown(claim_id)[0] for claim_id in claim_ids]
    assert states == ["payment_review", "received", "payment_review"]
    saga.look_for_overdue()
    assert saga.shown(claim_ids[1])[0] == "payment_review"
