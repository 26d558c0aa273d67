"""Which claims a list is of."""

import datetime
from dataclasses import dataclass

from claims.claim.stored_claim import StoredClaim


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """What the claims of a list have in common, None where it does not matter; the days are of service, inclusive."""

    provider_npi: str | None = None
    subscriber_number: str | None = None
    status: str | None = None
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None

    def takes(self, claim: StoredClaim) -> bool:
        """Whether a claim whose day fits is one of them."""
        return (
            self.provider_npi in (None, claim.provider_npi)
            and self.subscriber_number in (None, claim.subscriber_number)
            and self.status in (None, claim.status)
        )
