"""Settlements: the ends of payments, from the queue or from the processor, stored or reversed.

Why no payment is left at the processor without a claim that it has settled, in steps:
1. An attempt that was paid and has not settled its claim is reversed. The claim gets the step `paid` of that attempt,
   and a deadline, before the processor is called. So a crash, or a processor that fails in every try, leaves a claim
   that says what is to be reversed, and when the schedule looks at it.
   Example: attempt 1 is refused, then paid. `paid` and a deadline are stored, `reverse` fails in all tries of the
   message, and it is a dead letter. On its next run after the deadline, the schedule calls `reverse` again.
2. While an attempt has `paid` and not `reversed`, the claim keeps a deadline: no write of the claim removes it. The end
   of an attempt after the first always sets one, as it is stored without a look at the earlier ones.
   Example: attempt 2 is settled while attempt 1 is being reversed: the claim is processed, and still has a deadline.
3. The schedule asks for, and takes back, every attempt that can no longer settle the claim, and only then removes the
   deadline, if the claim has not changed since. What fails keeps it, and is tried again on every run, for days if need
   be.
4. People wait for it: while an attempt is being reversed, a claim cannot become void, nor be asked for or decided.
   Example: void answers 409 until `reversed` is stored, and then 200.
5. Even a message that says `paid`, and that could not be noted in any try, may be lost: a refused attempt leaves a
   deadline too, at which the processor is asked for it once more. Only after that must its dead letter be redriven.
"""

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


def reverse(settlement: Settlement, payment: Payment) -> Payment:
    """Reverse a payment that has not settled its claim, once; the claim fails if it still waits for the payment.

    The claim first gets the step `paid`, and moves: so no settlement can be stored after that, and no new attempt can
    begin. Returns the payment of the claim after that. Raises NotFound, Unavailable, ProcessorTimedOut.
    """
    attempt = settlement.attempt

    def begin(payment: Payment) -> Payment:
        if payment.has_settled(attempt) or payment.has("paid", attempt):
            return payment
        waits = payment.attempt == attempt and payment.claim.status in MOVES["unsettled"].sources
        write = payment_repository.begin_reversal if waits else payment_repository.note_paid
        return write(payment, settlement.step)

    payment = retry_on_conflict(payment, begin)
    return _finish_reversal(payment, attempt) if payment.is_reversing(attempt) else payment


def take_back(payment: Payment, attempt: int) -> Payment:
    """Reverse what the processor has paid, if it has, in an attempt that can no longer settle the claim.

    Returns the payment of the claim after that. Raises NotFound, Unavailable, ProcessorTimedOut.
    """
    if payment.is_reversing(attempt):
        return _finish_reversal(payment, attempt)
    outcome = chosen_processor().find(_key(payment, attempt))
    return reverse(new_settlement(payment, attempt, outcome), payment) if isinstance(outcome, Paid) else payment


def _finish_reversal(payment: Payment, attempt: int) -> Payment:
    def end(payment: Payment) -> Payment:
        is_stored = payment.has("reversed", attempt)
        return payment if is_stored else payment_repository.end_reversal(payment, attempt)

    chosen_processor().reverse(_key(payment, attempt))
    return retry_on_conflict(payment, end)


def _key(payment: Payment, attempt: int) -> str:
    return payment_key(payment.claim.tenant, payment.claim.claim_id, attempt)
