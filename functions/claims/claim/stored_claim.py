"""A claim as it is stored, and its answer."""

from dataclasses import dataclass

from claims.claim.status import ClaimStatus
from payerworks import json_text


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A stored claim.

    `version` rises with each change that a client can see; `service_date` is an ISO 8601 date; `net_fee` is in cents;
    `document` is the JSON text of everything that never changes, in dollars; `received_at` is ISO 8601 in UTC.
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

    @property
    def text(self) -> str:
        """What a client is shown."""
        return f'{self.document[:-1]},"status":{json_text.write(self.status)}}}'

    @property
    def order(self) -> str:
        """Its place in lists, which are in the order of service dates."""
        return f"{self.service_date}#{self.claim_id}"

    @property
    def etag(self) -> str:
        return f'"{self.version}"'
