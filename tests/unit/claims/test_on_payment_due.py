"""From the queue of payments to the processor: each claim is paid once, despite repeated deliveries and crashes."""

from collections.abc import Sequence

import pytest

from claims.payments.payment_processor import CALL_SECONDS, Outcome, PaymentOrder
from claims.payments.sandbox_processor import SandboxProcessor
from tests.unit.claims.saga import TRIES, Killed, Saga, dying_before, failing


def test_a_received_claim_is_requested_and_paid(saga: Saga) -> None:
    claim_id = saga.claim("12.34")
    assert saga.pay(claim_id) == []
    assert saga.shown(claim_id) == ("payment_requested", ["requested"])
    assert saga.held(claim_id) == "paid"
    [settlement] = saga.settlements()
    assert settlement.items() >= {"tenant": "acme", "claimId": claim_id, "attempt": 1, "requestId": "r"}.items()
    assert settlement["reference"].startswith("sandbox-")


def test_a_settlement_that_is_not_sent_fails_its_message_alone(saga: Saga) -> None:
    claim_ids = [saga.claim() for _ in range(3)]
    with failing("sqs", "SendMessageBatch", times=1):
        assert saga.pay(*claim_ids) == claim_ids[:1]
    assert [message["claimId"] for message in saga.settlements()] == claim_ids[1:]
    assert saga.pay(*claim_ids[:1], tries=2) == []
    assert [message["claimId"] for message in saga.settlements()] == claim_ids[:1]


def test_a_settlement_is_sent_before_the_next_call_can_hang(saga: Saga, monkeypatch: pytest.MonkeyPatch) -> None:
    claim_ids = [saga.claim() for _ in range(10)]
    pay = SandboxProcessor.pay

    def hang_until_killed(processor: SandboxProcessor, order: PaymentOrder) -> Sequence[Outcome]:
        if claim_ids[6] in order.key:
            raise Killed
        return pay(processor, order)

    monkeypatch.setattr(SandboxProcessor, "pay", hang_until_killed)
    with pytest.raises(Killed):
        saga.pay(*claim_ids)
    assert [message["claimId"] for message in saga.settlements()] == claim_ids[:6]


def test_one_call_that_hangs_keeps_no_other_claim_of_its_batch(saga: Saga, monkeypatch: pytest.MonkeyPatch) -> None:
    claim_ids = [saga.claim() for _ in range(10)]
    pay = SandboxProcessor.pay

    def pay_or_hang(processor: SandboxProcessor, order: PaymentOrder) -> Sequence[Outcome]:
        return saga.hang() if claim_ids[0] in order.key else pay(processor, order)

    monkeypatch.setattr(SandboxProcessor, "pay", pay_or_hang)
    began = saga.clock.now
    assert saga.pay(*claim_ids) == claim_ids[:1]
    assert saga.clock.now - began < CALL_SECONDS + 1
    saga.finish()
    assert {saga.shown(claim_id)[0] for claim_id in claim_ids[1:]} == {"processed"}


@pytest.mark.parametrize("tries", [1, TRIES])
def test_a_batch_whose_calls_all_hang_ends_in_time(saga: Saga, monkeypatch: pytest.MonkeyPatch, tries: int) -> None:
    claim_ids = [saga.claim() for _ in range(10)]
    calls: list[object] = []

    def hang(_: SandboxProcessor, call: object) -> None:
        calls.append(call)
        saga.hang()

    for name in ("pay", "find"):
        monkeypatch.setattr(SandboxProcessor, name, hang)
    began = saga.clock.now
    assert sorted(saga.pay(*claim_ids, tries=tries)) == sorted(claim_ids)
    assert saga.clock.now - began < saga.seconds_of("on_payment_due")
    assert len(calls) >= len(claim_ids)  # none is given back in every delivery until it is dead


@pytest.mark.parametrize("fee", ["0", "-5"])
def test_a_net_fee_of_0_or_less_is_never_paid(saga: Saga, fee: str) -> None:
    claim_id = saga.claim(fee)
    before = saga.shown(claim_id)
    assert before == ("processed" if fee == "0" else "payment_review", [])
    assert saga.pay(claim_id) == []
    assert (saga.shown(claim_id), saga.held(claim_id), saga.settlements()) == (before, None, [])


def test_a_message_delivered_again_pays_nothing_more(saga: Saga) -> None:
    claim_id = saga.claim()
    for tries in (1, 2, 1):
        assert saga.pay(claim_id, tries=tries) == []
    saga.finish()
    assert saga.pay(claim_id) == []
    assert saga.settlements() == []
    assert saga.shown(claim_id) == ("processed", ["requested", "paid", "settled"])


def test_after_a_time_out_the_processor_is_first_asked_for_the_outcome(saga: Saga) -> None:
    claims = {mark: saga.claim(subscriber=mark) for mark in ("TIMEOUT", "TIMEOUT-PAID")}
    assert saga.pay(*claims.values()) == [*claims.values()]
    assert {mark: saga.held(claim_id) for mark, claim_id in claims.items()} == {
        "TIMEOUT": "timed out",
        "TIMEOUT-PAID": "paid",
    }
    with failing("dynamodb", "PutItem", holding=claims["TIMEOUT-PAID"]):  # found, so not paid again
        assert saga.pay(*claims.values(), tries=2) == []
    saga.finish()
    assert {saga.shown(claim_id)[0] for claim_id in claims.values()} == {"processed"}


def test_after_the_last_try_the_claim_goes_to_review_and_its_message_fails(saga: Saga) -> None:
    claim_id = saga.claim(subscriber="NEVER")
    for tries in range(1, TRIES):
        assert saga.pay(claim_id, tries=tries) == [claim_id]
        assert saga.shown(claim_id)[0] == "payment_requested"
    assert saga.pay(claim_id, tries=TRIES) == [claim_id]
    assert saga.shown(claim_id) == ("payment_review", ["requested", "review"])
    why = f"It was not paid in {TRIES} tries; the last error: The processor does not answer."
    assert saga.details(claim_id)[1] == f"{why} The processor knows of no payment."
    assert saga.payment(claim_id).claim.review_reason == saga.details(claim_id)[1]


def test_a_review_after_an_unexpected_error_names_the_logs(saga: Saga, monkeypatch: pytest.MonkeyPatch) -> None:
    claim_id = saga.claim()
    monkeypatch.setattr(SandboxProcessor, "pay", lambda *_: 1 / 0)
    assert saga.pay(claim_id, tries=TRIES) == [claim_id]
    why = f"It was not paid in {TRIES} tries; the last error: An unexpected error, which is in the logs."
    assert saga.payment(claim_id).claim.review_reason == f"{why} The processor knows of no payment."


def test_after_the_last_try_a_payment_that_the_processor_knows_of_is_settled(saga: Saga) -> None:
    claim_id = saga.claim(subscriber="TIMEOUT-PAID")
    assert saga.pay(claim_id, tries=TRIES) == []
    saga.finish()
    assert saga.shown(claim_id) == ("processed", ["requested", "paid", "settled"])


def test_a_claim_that_could_not_even_be_requested_goes_to_review_and_can_be_requested_again(saga: Saga) -> None:
    claim_id = saga.claim()
    with failing("dynamodb", "UpdateItem", holding="its net fee is to be paid"):
        assert saga.pay(claim_id, tries=TRIES) == [claim_id]
    assert saga.shown(claim_id) == ("payment_review", ["review"])
    assert "takes no more calls" in saga.details(claim_id)[0]
    assert saga.pay(claim_id) == []
    assert saga.shown(claim_id) == ("payment_requested", ["review", "requested"])
    assert saga.payment(claim_id).claim.review_reason is None


def test_a_dead_letter_that_is_delivered_again_is_paid_under_the_same_key(saga: Saga) -> None:
    claim_id = saga.claim(subscriber="TIMEOUT")
    with failing("dynamodb", "PutItem"):
        assert saga.pay(claim_id, tries=TRIES) == [claim_id]
    assert saga.pay(claim_id) == [claim_id]
    assert saga.pay(claim_id, tries=2) == []
    saga.finish()
    assert saga.shown(claim_id) == ("processed", ["requested", "review", "requested", "paid", "settled"])
    assert saga.held(claim_id) == "paid"


def test_a_message_without_a_claim_fails_alone(saga: Saga) -> None:
    claim_id = saga.claim()
    assert saga.pay("0" * 32, claim_id) == ["0" * 32]
    assert saga.pay("0" * 32, tries=TRIES) == ["0" * 32]


def test_a_claim_that_is_being_accrued_is_requested_after_that(saga: Saga) -> None:
    claim_id = saga.claim()
    with failing("dynamodb", "UpdateItem", code="TransactionConflictException", times=2):
        assert saga.pay(claim_id) == []
    assert saga.shown(claim_id)[0] == "payment_requested"


@pytest.mark.parametrize("mark", ["3730189502", "REFUSE", "TIMEOUT", "TIMEOUT-PAID", "TWICE"])
def test_a_crash_anywhere_does_not_change_the_outcome(saga: Saga, mark: str) -> None:
    calls = 0
    while _died(saga, saga.claim(subscriber=mark), calls):
        calls += 1
    assert calls >= 3


def _died(saga: Saga, claim_id: str, call: int) -> bool:
    """Crash the function before a call, deliver the message until it is done, and check the outcome."""
    died = False
    try:
        with dying_before(call):
            saga.pay(claim_id)
    except Killed:
        died = True
    tries = 2
    while saga.pay(claim_id, tries=tries):
        tries += 1
        assert tries <= TRIES
    saga.finish()
    refused = saga.held(claim_id) == "refused"
    end = ("failed", ["requested", "refused"]) if refused else ("processed", ["requested", "paid", "settled"])
    assert saga.shown(claim_id) == end
    return died
