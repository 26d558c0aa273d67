"""Settlements: the ends of payments, from the queue or from the processor, stored or reversed."""

import contextlib
from dataclasses import asdict, dataclass
from typing import Any

from claims.payments import payment_repository
from claims.payments.chosen_processor import chosen_processor
from claims.payments.payment import Payment, SagaStep, payment_key
from claims.payments.payment_processor import Outcome, Paid, ProcessorTimedOut, Refused
from claims.payments.payment_repository import NotMoved
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
            return SagaStep("paid", self.at, f"the processor's reference is {self.outcome.reference}")
        return SagaStep("refused", self.at, self.outcome.reason)


def new_settlement(payment: Payment, outcome: Outcome) -> Settlement:
    """The settlement of a requested payment from an outcome that the processor has just returned."""
    return Settlement(payment.claim.tenant, payment.claim.claim_id, payment.attempt or 0, outcome, now())


def find_settlement(payment: Payment) -> Settlement | None:
    """The settlement of a payment, asked of the processor; None if it knows none or does not answer in time."""
    if payment.attempt is not None:
        with contextlib.suppress(ProcessorTimedOut):
            outcome = chosen_processor().find(payment.order.key)
            return new_settlement(payment, outcome) if outcome else None
    return None


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
        if paid and not _is_settled(not_moved.payment, settlement):
            reverse(settlement)


def reverse(settlement: Settlement) -> None:
    """Reverse a payment, once, and move the claim to failed if it still waits for the payment.

    The claim moves first, so that no settlement can be stored after that. After a crash in between, the message's next
    delivery or the schedule finishes the reversal. Raises NotFound, Unavailable, ProcessorTimedOut.
    """
    claim = settlement.tenant, settlement.claim_id
    try:
        payment_repository.begin_reversal(*claim, settlement.attempt, [settlement.step])
    except NotMoved as not_moved:
        if _is_settled(not_moved.payment, settlement):
            return
    finish_reversal(*claim, settlement.attempt)


def finish_reversal(tenant: str, claim_id: str, attempt: int) -> None:
    """Reverse the payment of a claim that is failed or void, and store that, once.

    Raises NotFound, Unavailable, ProcessorTimedOut.
    """
    chosen_processor().reverse(payment_key(tenant, claim_id, attempt))
    with contextlib.suppress(NotMoved):
        payment_repository.end_reversal(tenant, claim_id)


def _is_settled(payment: Payment, settlement: Settlement) -> bool:
    return payment.claim.status == "processed" and payment.attempt == settlement.attempt
