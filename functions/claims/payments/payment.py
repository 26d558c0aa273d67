"""A claim's payment as it is stored, and until when each of its states may last."""

from dataclasses import dataclass
from typing import NamedTuple

from claims.claim.status import MOVES
from claims.claim.stored_claim import StoredClaim
from claims.payments.payment_processor import PaymentOrder
from payerworks import json_text


class SagaStep(NamedTuple):
    """Something that happened to a payment, at a time in ISO 8601 and UTC."""

    step: str
    at: str
    detail: str


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment of a claim.

    attempt     which one it is, from 1; None while none was begun
    overdue_at  until when the state may last, in ISO 8601 and UTC; None where it may last
    """

    claim: StoredClaim
    attempt: int | None
    steps: tuple[SagaStep, ...]
    overdue_at: str | None

    @property
    def order(self) -> PaymentOrder:
        """What the processor is asked to pay for this attempt."""
        claim = self.claim
        key = payment_key(claim.tenant, claim.claim_id, self.attempt or 0)
        subscriber_number = json_text.read(claim.document)["subscriber_number"]
        return PaymentOrder(key, claim.net_fee, claim.provider_npi, subscriber_number)

    @property
    def is_new(self) -> bool:
        """Whether the request was the first thing that happened to it, so that no processor can know of it."""
        return len(self.steps) == 1

    @property
    def can_be_void(self) -> bool:
        """Whether the claim may become void: nothing was begun to be paid, or that failed and is over."""
        over = self.claim.status == "failed" and self.overdue_at is None
        return self.claim.status in MOVES["voided"].sources and (self.attempt is None or over)


def payment_key(tenant: str, claim_id: str, attempt: int) -> str:
    """The idempotency key of an attempt to pay a claim."""
    return f"{tenant}#{claim_id}#{attempt}"
