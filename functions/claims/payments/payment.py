"""The stored payment of a claim, and the order that a processor gets for it."""

from dataclasses import dataclass
from typing import NamedTuple

from claims.claim.money import dollars
from claims.claim.status import MOVES
from claims.claim.stored_claim import StoredClaim
from claims.payments.payment_processor import PaymentOrder
from payerworks import json_text
from payerworks.json_text import Json

_END_REVIEW = "A decision ends its review (POST /claims/{id}/payment/decision)."
_NO_REQUEST = {
    "payment_requested": "The claim's payment is under way: it was requested and has not ended.",
    "processed": "The claim is processed: it has been paid.",
    "void": "The claim is void: it is not paid.",
}


class SagaStep(NamedTuple):
    """A step of a payment.

    at        ISO 8601 in UTC
    attempt   the attempt that the processor has paid, refused or reversed; of other steps it says nothing
    by        the user who did it; None if no person did
    replaced  the claim's version that this step of a person replaced; None if no person did it, and in older steps
    """

    step: str
    at: str
    detail: str
    attempt: int = 1
    by: str | None = None
    replaced: int | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment of a claim.

    attempt     its number, from 1; None before the first request
    overdue_at  deadline for leaving the claim's state, ISO 8601 in UTC; None if it has none
    """

    claim: StoredClaim
    attempt: int | None
    steps: tuple[SagaStep, ...]
    overdue_at: str | None

    @property
    def text(self) -> str:
        """The JSON text of answers (models.ClaimPayment)."""
        members = {
            "claimId": self.claim.claim_id,
            "status": self.claim.status,
            "amount": dollars(self.claim.net_fee),
            "review_reason": self.claim.review_reason,
            "steps": [_step_members(step) for step in self.steps],
        }
        return json_text.write(members)

    @property
    def order(self) -> PaymentOrder:
        """The processor's order for this attempt."""
        claim = self.claim
        key = payment_key(claim.tenant, claim.claim_id, self.attempt or 0)
        subscriber_number = json_text.read(claim.document)["subscriber_number"]
        return PaymentOrder(key, claim.net_fee, claim.provider_npi, subscriber_number)

    @property
    def is_new(self) -> bool:
        """Whether it was only just requested, so that no processor can know it."""
        return len(self.steps) == 1

    @property
    def next_attempt(self) -> int | None:
        """The number of the attempt if payment is requested again; None if it never was.

        It stays the same until the processor has ended the attempt: so what the processor may have paid or may still
        pay is found again, and not paid twice. After that, its key would only get the same answer again.
        """
        if self.attempt is not None and (self.has("refused", self.attempt) or self.has("reversed", self.attempt)):
            return self.attempt + 1
        return self.attempt

    def has(self, step: str, attempt: int) -> bool:
        """Whether an attempt has a step of the processor: paid, refused or reversed."""
        return any((each.step, each.attempt) == (step, attempt) for each in self.steps)

    def has_settled(self, attempt: int) -> bool:
        """Whether the payment of an attempt has settled the claim."""
        return self.claim.status == "processed" and self.attempt == attempt

    def is_reversing(self, attempt: int) -> bool:
        """Whether the processor has paid an attempt that did not settle the claim, and this is not reversed yet."""
        return self.has("paid", attempt) and not (self.has("reversed", attempt) or self.has_settled(attempt))

    @property
    def past_attempts(self) -> range:
        """The attempts that can no longer settle the claim: earlier ones, and the latest of a failed or void claim."""
        return range(1, (self.attempt or 0) + (self.claim.status in ("failed", "void")))

    @property
    def reversal(self) -> str | None:
        """Words for the client about the reversal of an attempt that is under way; None if there is none."""
        if any(self.is_reversing(attempt) for attempt in range(1, (self.attempt or 0) + 1)):
            return "A payment of the claim is being reversed; try again after that."
        return None

    @property
    def obstacle(self) -> str | None:
        """Why nobody can ask for the payment again, in words for the client; None if they can."""
        status = self.claim.status
        if self.claim.net_fee <= 0:
            nothing = f"Nothing can be paid, as the claim's net fee is not above 0: the claim is {status}."
            return f"{nothing} {_END_REVIEW}" if status == "payment_review" else nothing
        if status not in MOVES["asked"].sources:
            return _NO_REQUEST[status]
        return self.reversal

    @property
    def is_voidable(self) -> bool:
        """Whether the claim may become void: no payment was begun, or it failed and no reversal is under way."""
        if self.claim.status not in MOVES["voided"].sources:
            return False
        return self.attempt is None or (self.claim.status == "failed" and not self.reversal)


def payment_key(tenant: str, claim_id: str, attempt: int) -> str:
    """The processor's idempotency key for an attempt to pay a claim."""
    return f"{tenant}#{claim_id}#{attempt}"


def _step_members(step: SagaStep) -> dict[str, Json]:
    members = {"step": step.step, "at": step.at, "detail": step.detail}
    return members | {"by": step.by} if step.by else members
