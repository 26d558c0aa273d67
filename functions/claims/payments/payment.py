"""The stored payment of a claim, and the order that a processor gets for it."""

from dataclasses import dataclass
from typing import NamedTuple

from claims.claim.status import MOVES
from claims.claim.stored_claim import StoredClaim
from claims.payments.payment_processor import PaymentOrder
from payerworks import json_text


class SagaStep(NamedTuple):
    """A step of a payment; `at` is ISO 8601 in UTC."""

    step: str
    at: str
    detail: str


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
    def is_voidable(self) -> bool:
        """Whether the claim may become void: no payment was begun, or it failed and no reversal is under way."""
        has_failed = self.claim.status == "failed" and self.overdue_at is None
        return self.claim.status in MOVES["voided"].sources and (self.attempt is None or has_failed)


def payment_key(tenant: str, claim_id: str, attempt: int) -> str:
    """The processor's idempotency key for an attempt to pay a claim."""
    return f"{tenant}#{claim_id}#{attempt}"
