"""Settlements: the ends of payments, from the queue or from the processor, stored or reversed."""

from dataclasses import asdict, dataclass
from typing import Any

from claims.claim.status import MOVES
from claims.payments import payment_repository
from claims.payments.chosen_processor import chosen_processor
from claims.payments.payment import Payment, SagaStep, payment_key
from claims.payments.payment_processor import Outcome, Paid, ProcessorTimedOut, Refused
from claims.payments.payment_repository import NotMoved, retry_on_conflict
from payerworks.times import now


@dataclass(frozen=True, slots=True)
class Settlement:
    """The end of an attempt to pay a claim; `at` is the time of the processor's answer, ISO 8601 in UTC."""

    tenant: str
    claim_id: str
    attempt: int
    outcome: Outcome
    at: str

    @property
    def step(self) -> SagaStep:
        """The step of the processor."""
        if isinstance(self.outcome, Paid):
            detail = f"the processor's reference is {self.outcome.reference}"
            return SagaStep("paid", self.at, detail, self.attempt)
        return SagaStep("refused", self.at, self.outcome.reason, self.attempt)


def new_settlement(payment: Payment, attempt: int, outcome: Outcome) -> Settlement:
    """The settlement of an attempt from an outcome that the processor has just returned."""
    return Settlement(payment.claim.tenant, payment.claim.claim_id, attempt, outcome, now())


def find_settlement(payment: Payment) -> Settlement | str:
    """The settlement of the latest attempt, asked of the processor; else a sentence that says why there is none."""
    if payment.attempt is None:
        return "No payment was begun."
    try:
        outcome = chosen_processor().find(payment.order.key)
    except ProcessorTimedOut:
        return "Asked for the payment, the processor does not answer: it may or may not have paid."
    return new_settlement(payment, payment.attempt, outcome) if outcome else "The processor knows of no payment."


def settlement_message(settlement: Settlement, request_id: str) -> dict[str, Any]:
    """The message for the queue of settlements."""
    return {
        "tenant": settlement.tenant,
        "claimId": settlement.claim_id,
        "attempt": settlement.attempt,
        "at": settlement.at,
        "requestId": request_id,
    } | asdict(settlement.outcome)


def settlement_from(message: dict[str, Any]) -> Settlement:
    """The settlement in a message: paid if it has a reference, else refused."""
    outcome = Paid(message["reference"]) if "reference" in message else Refused(message["reason"])
    return Settlement(message["tenant"], message["claimId"], message["attempt"], outcome, message["at"])


def settle(settlement: Settlement) -> None:
    """Store a settlement, once. A payment for which the claim is not (or no longer) waiting is reversed.

    Raises NotFound, Unavailable, ProcessorTimedOut.
    """
    paid = isinstance(settlement.outcome, Paid)
    steps = [settlement.step, *([SagaStep("settled", now(), "the claim is processed")] if paid else [])]
    claim = settlement.tenant, settlement.claim_id
    try:
        payment_repository.store_settlement(*claim, "settled" if paid else "refused", settlement.attempt, steps)
    except NotMoved as not_moved:
        if paid:
            reverse(settlement, not_moved.payment)


def reverse(settlement: Settlement, payment: Payment) -> None:
    """Reverse a payment that has not settled its claim, once; the claim fails if it still waits for the payment.

    The claim first gets the step `paid`, and moves: so no settlement can be stored after that, and no new attempt can
    begin. After a crash in between, the message's next delivery or the schedule finishes the reversal. Raises NotFound,
    Unavailable, ProcessorTimedOut.
    """
    attempt = settlement.attempt

    def begin(payment: Payment) -> Payment:
        if payment.has_settled(attempt) or payment.has("paid", attempt):
            return payment
        waits = payment.attempt == attempt and payment.claim.status in MOVES["unsettled"].sources
        write = payment_repository.begin_reversal if waits else payment_repository.note_paid
        return write(payment, settlement.step)

    payment = retry_on_conflict(payment, begin)
    if payment.is_reversing(attempt):
        _finish_reversal(payment, attempt)


def take_back(payment: Payment, attempt: int) -> None:
    """Reverse what the processor has paid, if it has, in an attempt that can no longer settle the claim.

    Raises NotFound, Unavailable, ProcessorTimedOut.
    """
    if payment.is_reversing(attempt):
        _finish_reversal(payment, attempt)
        return
    outcome = chosen_processor().find(_key(payment, attempt))
    if isinstance(outcome, Paid):
        reverse(new_settlement(payment, attempt, outcome), payment)


def _finish_reversal(payment: Payment, attempt: int) -> None:
    def end(payment: Payment) -> Payment:
        is_stored = payment.has("reversed", attempt)
        return payment if is_stored else payment_repository.end_reversal(payment, attempt)

    chosen_processor().reverse(_key(payment, attempt))
    retry_on_conflict(payment, end)


def _key(payment: Payment, attempt: int) -> str:
    return payment_key(payment.claim.tenant, payment.claim.claim_id, attempt)
