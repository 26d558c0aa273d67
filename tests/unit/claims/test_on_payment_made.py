"""From the queue of settlements to the claims: once, in any order; payments that cannot be stored are reversed."""

import pytest

from claims.payments import payment_repository
from claims.payments.sandbox_processor import SandboxProcessor
from tests.unit.claims.saga import TRIES, Killed, Message, Saga, dying_before, failing

PROCESSED = ("processed", ["requested", "paid", "settled"])
FAILED = ("failed", ["requested", "refused"])
REVERSED = ("failed", ["requested", "paid", "reversed"])


def paid(saga: Saga, claim_id: str) -> Message:
    """A claim that waits for a settlement, taken from the queue."""
    assert saga.pay(claim_id) == []
    [settlement] = saga.settlements()
    return settlement


@pytest.mark.parametrize(("mark", "end"), [("3730189502", PROCESSED), ("REFUSE", FAILED)])
def test_a_settlement_is_stored_once_however_often_it_comes(saga: Saga, mark: str, end: tuple[str, list[str]]) -> None:
    claim_id = saga.claim(subscriber=mark)
    settlement = paid(saga, claim_id)
    assert saga.settle(settlement, settlement) == []
    stored = saga.payment(claim_id)
    assert saga.settle(settlement) == []
    assert saga.payment(claim_id) == stored
    assert saga.shown(claim_id) == end


def test_a_step_has_its_time_and_detail(saga: Saga) -> None:
    claim_id = saga.claim()
    settlement = paid(saga, claim_id)
    saga.settle(settlement)
    requested, payment, settled = saga.payment(claim_id).steps
    assert requested.at <= payment.at == settlement["at"] <= settled.at
    assert settlement["reference"] in payment.detail


def test_a_claim_under_review_is_settled_when_the_processor_answers_late(saga: Saga) -> None:
    claim_id = saga.claim()
    settlement = paid(saga, claim_id)
    payment_repository.give_up(saga.payment(claim_id), "a reason")
    assert saga.settle(settlement) == []
    assert saga.shown(claim_id) == ("processed", ["requested", "review", "paid", "settled"])
    assert saga.payment(claim_id).claim.review_reason is None


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0, 1), (1, 1, 0)])
def test_a_processor_that_contradicts_itself_is_not_left_with_the_money_of_a_failed_claim(
    saga: Saga, order: tuple[int, ...]
) -> None:
    claim_id = saga.claim(subscriber="REFUSE-PAID")
    saga.pay(claim_id)
    answers = saga.settlements()
    assert saga.settle(*(answers[number] for number in order)) == []
    if order[0] == 0:
        assert saga.shown(claim_id) == ("failed", ["requested", "refused", "paid", "reversed"])
        assert answers[1]["reference"] in saga.details(claim_id)[2]
        assert saga.held(claim_id) == "reversed"
    else:
        assert saga.shown(claim_id) == PROCESSED
        assert saga.held(claim_id) == "paid"


def test_a_settlement_that_cannot_be_stored_is_tried_again_and_finally_the_payment_is_reversed(saga: Saga) -> None:
    claim_id = saga.claim()
    settlement = paid(saga, claim_id)
    with failing("dynamodb", "UpdateItem", holding="the claim is processed"):
        for tries in range(1, TRIES):
            assert saga.settle(settlement, tries=tries) == [settlement]
        assert saga.shown(claim_id) == ("payment_requested", ["requested"])
        assert saga.settle(settlement, tries=TRIES) == []
    assert (saga.shown(claim_id), saga.held(claim_id)) == (REVERSED, "reversed")
    assert saga.settle(settlement) == []
    assert saga.shown(claim_id) == REVERSED


def test_a_payment_that_was_settled_meanwhile_is_not_reversed(saga: Saga) -> None:
    claim_id = saga.claim()
    settlement = paid(saga, claim_id)
    saga.settle(settlement)
    with failing("dynamodb", "UpdateItem", holding="the claim is processed"):
        assert saga.settle(settlement, tries=TRIES) == []
    assert (saga.shown(claim_id), saga.held(claim_id)) == (PROCESSED, "paid")


def test_reversals_that_hang_keep_no_settlement_and_end_in_time(saga: Saga, monkeypatch: pytest.MonkeyPatch) -> None:
    contradicted, others = [saga.claim(subscriber="REFUSE-PAID") for _ in range(5)], [saga.claim() for _ in range(5)]
    saga.pay(*contradicted, *others)
    settlements = saga.settlements()
    saga.settle(*(each for each in settlements if "reason" in each))
    late = [each for each in settlements if "reference" in each]
    assert [each["claimId"] for each in late] == contradicted + others
    monkeypatch.setattr(SandboxProcessor, "reverse", lambda *_: saga.hang())
    began = saga.clock.now
    assert saga.settle(*late) == late[:5]
    assert saga.clock.now - began < saga.seconds_of("on_payment_made")
    assert [saga.shown(claim_id) for claim_id in others] == [PROCESSED] * 5


def test_a_refusal_that_cannot_be_stored_stays_for_the_schedule(saga: Saga) -> None:
    claim_id = saga.claim(subscriber="REFUSE")
    settlement = paid(saga, claim_id)
    with failing("dynamodb", "UpdateItem"):
        assert saga.settle(settlement, tries=TRIES) == [settlement]
    saga.age(claim_id)
    saga.look_for_overdue()
    assert saga.shown(claim_id) == FAILED


@pytest.mark.parametrize("tries", [1, TRIES])
def test_a_reversal_that_crashes_anywhere_is_finished_once(saga: Saga, tries: int) -> None:
    calls = 0
    while _died(saga, calls, tries):
        calls += 1
    assert calls >= 3


def _died(saga: Saga, call: int, tries: int) -> bool:
    """Crash the function before a call of a reversal; the message is delivered again, or lost after its last try."""
    claim_id = saga.claim()
    settlement = paid(saga, claim_id)
    died = False
    with failing("dynamodb", "UpdateItem", holding="the claim is processed"):
        try:
            with dying_before(call):
                saga.settle(settlement, tries=TRIES)
        except Killed:
            died = True
        if tries < TRIES:
            saga.settle(settlement, tries=TRIES)
    if saga.payment(claim_id).overdue_at:
        saga.age(claim_id)
        saga.look_for_overdue()
    begun = saga.shown(claim_id)[0] == "failed"
    assert saga.shown(claim_id) == (REVERSED if begun else PROCESSED)
    assert saga.held(claim_id) == ("reversed" if begun else "paid")
    return died
