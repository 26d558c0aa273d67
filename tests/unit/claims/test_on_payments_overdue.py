"""Claims that have waited too long for a payment."""

import datetime
from typing import Any

import pytest

from claims import on_payments_overdue
from claims.claim.status import REQUESTED_LASTS
from claims.payments import payment_repository
from claims.payments.payment import SagaStep
from claims.payments.payment_processor import ProcessorTimedOut
from claims.payments.sandbox_processor import SandboxProcessor
from claims.storage.claim_items import TABLE, claim_key, shard_of
from payerworks.aws import client
from payerworks.messages import send
from payerworks.settings import settings
from tests.unit.claims.saga import Killed, Saga, dying_before, failing


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


def test_a_claim_whose_change_the_stream_never_delivered_is_paid_once(saga: Saga) -> None:
    claim_id = saga.claim()
    saga.look_for_overdue()
    assert saga.due() == []
    saga.age(claim_id)
    saga.look_for_overdue()
    before = saga.payment(claim_id)
    assert (before.claim.status, before.claim.version) == ("received", 1)
    assert "operation" not in TABLE.get(claim_key("acme", claim_id))  # so the stream does not publish it again
    assert saga.pay(*saga.due()) == []
    saga.finish()
    assert saga.shown(claim_id) == ("processed", ["requested", "paid", "settled"])
    assert saga.held(claim_id) == "paid"
    saga.look_for_overdue()
    assert (saga.due(), saga.payment(claim_id).overdue_at) == ([], None)


def test_a_claim_whose_message_the_queue_dropped_after_14_days_is_paid_once(saga: Saga) -> None:
    """Without a payment processor neither the queue nor the schedule is at work (test_template.py)."""
    claim_id, queue = saga.claim(), settings().queues["claim_payments"]
    send(queue, [{"tenant": "acme", "claimId": claim_id, "requestId": "r"}])
    client("sqs").purge_queue(QueueUrl=queue)  # the 14th day
    saga.age(claim_id)
    for _ in range(3):  # from the 15th day on, every five minutes
        saga.look_for_overdue()
    assert saga.pay(*saga.due()) == []
    saga.finish()
    assert saga.shown(claim_id) == ("processed", ["requested", "paid", "settled"])
    assert saga.held(claim_id) == "paid"


def test_a_claim_is_sent_again_only_once_a_day(saga: Saga) -> None:
    claim_id = saga.claim()
    for _ in range(2):
        saga.age(claim_id)
        saga.look_for_overdue()
        saga.look_for_overdue()
        assert saga.due() == [claim_id]
        wait = datetime.datetime.fromisoformat(saga.payment(claim_id).overdue_at or "")
        assert wait - datetime.datetime.now(datetime.UTC) > datetime.timedelta(hours=23)


@pytest.mark.parametrize("live_first", [True, False])
@pytest.mark.parametrize("mark", ["3730189502", "TWICE", "TIMEOUT-PAID", "REFUSE-PAID"])
def test_a_run_beside_a_live_message_pays_once(saga: Saga, mark: str, live_first: bool) -> None:
    claim_id = saga.claim(subscriber=mark)
    saga.age(claim_id)
    if live_first:
        saga.pay(claim_id)
    saga.look_for_overdue()
    messages = [claim_id] * (not live_first) + (saga.due() or [claim_id])
    for each in messages:
        while saga.pay(each, tries=2):
            pass
    settlements = saga.settlements()
    assert saga.settle(*settlements, *settlements) == []
    status, steps = saga.shown(claim_id)
    assert steps.count("requested") == 1
    if mark == "REFUSE-PAID":
        assert (status, saga.held(claim_id)) == ("failed", "reversed")
    else:
        assert (status, saga.held(claim_id), steps.count("settled")) == ("processed", "paid", 1)


def test_a_claim_that_is_requested_meanwhile_keeps_its_own_deadline(
    saga: Saga, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = saga.claim()
    saga.age(claim_id)

    def send_beside_a_live_message(*message: Any) -> None:
        saga.pay(claim_id)
        send(*message)

    monkeypatch.setattr(on_payments_overdue, "send", send_beside_a_live_message)
    saga.look_for_overdue()
    wait = datetime.datetime.fromisoformat(saga.payment(claim_id).overdue_at or "")
    assert wait - datetime.datetime.now(datetime.UTC) <= REQUESTED_LASTS
    assert saga.shown(claim_id)[0] == "payment_requested"


def test_a_crash_before_the_wait_is_stored_sends_a_message_too_many(saga: Saga) -> None:
    claim_id = saga.claim()
    saga.age(claim_id)
    reads = 8 + 1  # each shard of the index, the claim
    with pytest.raises(Killed), dying_before(reads + 1):
        saga.look_for_overdue()
    saga.look_for_overdue()
    messages = saga.due()
    assert messages == [claim_id, claim_id]
    for each in messages:
        assert saga.pay(each) == []
    saga.finish()
    assert saga.shown(claim_id) == ("processed", ["requested", "paid", "settled"])


def test_a_run_looks_at_a_bounded_number_of_claims_the_oldest_first(
    saga: Saga, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_ids = [saga.claim() for _ in range(12)]
    for claim_id in claim_ids:
        saga.age(claim_id)
    monkeypatch.setattr(payment_repository, "MOST_OVERDUE", 1)
    sent: list[str] = []
    for _ in range(12):
        saga.look_for_overdue()
        now = saga.due()
        assert len({shard_of(claim_id) for claim_id in now}) == len(now)
        sent += now
    assert sorted(sent) == sorted(claim_ids)


def test_what_an_earlier_attempt_has_paid_is_reversed_before_a_claim_is_sent_again(saga: Saga) -> None:
    claim_id = saga.claim(subscriber="REFUSE")
    saga.pay(claim_id)
    saga.finish()
    asked = payment_repository.ask(saga.payment(claim_id), SagaStep("asked", "2026-01-01", "again", by="u"))
    key = {"pk": {"S": f"acme#{claim_id}#1"}}
    change: Any = {"UpdateExpression": "SET #s = :paid", "ExpressionAttributeNames": {"#s": "state"}}
    values = {":paid": {"S": "paid"}}
    client("dynamodb").update_item(
        TableName=settings().tables["sandbox_payments"], Key=key, **change, ExpressionAttributeValues=values
    )
    assert asked.claim.status == "received"
    saga.age(claim_id)
    saga.look_for_overdue()
    assert (saga.held(claim_id), saga.due()) == ("reversed", [claim_id])


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
    assert saga.due() == []
    saga.look_for_overdue()
    assert saga.due() == [claim_id]


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
    assert [claim_id for _, claim_id in payment_repository.find_overdue()] == [claim_ids[1]]
    saga.look_for_overdue()
    assert list(payment_repository.find_overdue()) == []
    assert sorted(saga.due()) == sorted([*claim_ids, claim_ids[1]])
