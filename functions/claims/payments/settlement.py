"""How a payment ended: told by the queue of settlements or found by the schedule, stored, or reversed."""

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
    """The end of an attempt to pay a claim; `at` is when the processor told of it, in ISO 8601 and UTC."""

    tenant: str
    claim_id: str
    attempt: int
    outcome: Outcome
    at: str

    @property
    def step(self) -> SagaStep:
        """What the processor did."""
        if isinstance(self.outcome, Paid):
            return SagaStep("paid", self.at, f"the processor's reference is {self.outcome.reference}")
        return SagaStep("refused", self.at, self.outcome.reason)


def settlement_of(payment: Payment, outcome: Outcome) -> Settlement:
    """The settlement of a payment that was begun, as the processor has just told of it."""
    return Settlement(payment.claim.tenant, payment.claim.claim_id, payment.attempt or 0, outcome, now())


def found_settlement(payment: Payment) -> Settlement | None:
    """The settlement of a payment, if one was begun, the processor answers and knows of it."""
    if payment.attempt is not None:
        with contextlib.suppress(ProcessorTimedOut):
            outcome = chosen_processor().find(payment.order.key)
            return settlement_of(payment, outcome) if outcome else None
    return None


def message_of(settlement: Settlement, request_id: str) -> dict[str, Any]:
    """The settlement as a message."""
    return {
        "tenant": settlement.tenant,
        "claimId": settlement.claim_id,
        "attempt": settlement.attempt,
        "at": settlement.at,
        "requestId": request_id,
    } | asdict(settlement.outcome)


def settlement_from(message: dict[str, Any]) -> Settlement:
    """The settlement in a message: of a payment if it has a reference, else of a refusal."""
    outcome = Paid(message["reference"]) if "reference" in message else Refused(message["reason"])
    return Settlement(message["tenant"], message["claimId"], message["attempt"], outcome, message["at"])


def settle(settlement: Settlement) -> None:
    """Store a settlement, once; a payment that the claim does not wait for (any more) is reversed.

    Raises NotFound, Unavailable, ProcessorTimedOut.
    """
    paid = isinstance(settlement.outcome, Paid)
    steps = [settlement.step, *([SagaStep("settled", now(), "the claim is processed")] if paid else [])]
    claim = settlement.tenant, settlement.claim_id
    try:
        payment_repository.settle(*claim, "settled" if paid else "refused", settlement.attempt, steps)
    except NotMoved as refused:
        if paid and not _is_settled(refused.held, settlement):
            reverse(settlement)


def reverse(settlement: Settlement) -> None:
    """Take a payment back, once, and let the claim fail if it still waits for it.

    The claim fails first, so that nothing can settle it any more; a try that dies after that is taken up by the
    message's next delivery or by the schedule. Raises NotFound, Unavailable, ProcessorTimedOut.
    """
    claim = settlement.tenant, settlement.claim_id
    try:
        payment_repository.begin_reversal(*claim, settlement.attempt, [settlement.step])
    except NotMoved as refused:
        if _is_settled(refused.held, settlement):
            return
    finish_reversal(*claim, settlement.attempt)


def finish_reversal(tenant: str, claim_id: str, attempt: int) -> None:
    """Take back what was paid on a claim that has failed, or is void, and store that it was, once.

    Raises NotFound, Unavailable, ProcessorTimedOut.
    """
    chosen_processor().reverse(payment_key(tenant, claim_id, attempt))
    with contextlib.suppress(NotMoved):
        payment_repository.end_reversal(tenant, claim_id)


def _is_settled(held: Payment, settlement: Settlement) -> bool:
    return held.claim.status == "processed" and held.attempt == settlement.attempt
