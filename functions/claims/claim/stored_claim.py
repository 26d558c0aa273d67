"""A stored claim and its JSON text."""

from dataclasses import dataclass

from claims.claim.source import source_members
from claims.claim.status import ClaimStatus
from payerworks import json_text


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A stored claim.

    version         rises with each change that a client can see
    service_date    ISO 8601 date
    net_fee         cents
    document        JSON text of everything that never changes, amounts in dollars
    received_at     ISO 8601 in UTC
    source          as source.py writes it; None for a claim from before sources were kept
    review_reason   why it is in payment_review, a sentence or two; None if it is not
    """

    tenant: str
    claim_id: str
    version: int
    status: ClaimStatus
    service_date: str
    subscriber_number: str
    provider_npi: str
    net_fee: int
    document: str
    received_at: str
    request_id: str
    source: str | None
    review_reason: str | None

    @property
    def text(self) -> str:
        """The JSON text of answers."""
        members = {
            "status": self.status,
            "review_reason": self.review_reason,
            "created_at": self.received_at,
            "source": source_members(self.source, self.request_id),
        }
        return f"{self.document[:-1]},{json_text.write(members)[1:]}"

    @property
    def order(self) -> str:
        """Its sort key in lists, which are in the order of service dates."""
        return f"{self.service_date}#{self.claim_id}"

    @property
    def etag(self) -> str:
        return f'"{self.version}"'
