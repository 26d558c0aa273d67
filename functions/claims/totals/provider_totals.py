"""A provider's total, a claim's share in it, and the rank of totals."""

from collections.abc import Iterable
from dataclasses import dataclass

from claims.claim.money import dollars
from payerworks import json_text

_NPIS = 10**10
"""Greater than any NPI, which has 10 digits."""

Provider = tuple[str, str]
"""Tenant and NPI."""


@dataclass(frozen=True, slots=True)
class ProviderTotal:
    """The net fees, in cents, of a provider's claims that are not void, and their number."""

    provider_npi: str
    net_fee: int
    claims: int

    @property
    def text(self) -> str:
        """The JSON text of answers."""
        return json_text.write(
            {"provider_npi": self.provider_npi, "total_net_fee": dollars(self.net_fee), "claims": self.claims}
        )


@dataclass(frozen=True, slots=True)
class ClaimShare:
    """A claim as it was read, and its share in its provider's total.

    counted          the stored share in cents; None if there is none, or if the claim was void when it was counted
    counted_version  the version of the claim that was counted; None if there is no stored share
    """

    tenant: str
    claim_id: str
    provider_npi: str
    version: int
    status: str
    net_fee: int
    counted: int | None
    counted_version: int | None

    @property
    def provider(self) -> Provider:
        return self.tenant, self.provider_npi

    @property
    def due(self) -> int | None:
        """The share that it should have."""
        return None if self.status == "void" else self.net_fee

    @property
    def is_pending(self) -> bool:
        """Whether the stored share has to be changed: never for a claim that is older than the one that was counted."""
        if self.counted_version is None:
            return True
        return self.counted_version <= self.version and self.counted != self.due


def difference(shares: Iterable[ClaimShare]) -> tuple[int, int]:
    """The change of the total, in cents and in claims, if every share becomes what is due."""
    cents = claims = 0
    for share in shares:
        cents += (share.due or 0) - (share.counted or 0)
        claims += (share.due is not None) - (share.counted is not None)
    return cents, claims


def rank(cents: int, provider_npi: str = "") -> int:
    """The number by which totals are sorted: by cents, and for equal cents the lower NPI ranks higher.

    A total's rank plus the rank of an amount (without an NPI) is the rank of the new total:
        rank(500, npi) + rank(20) == rank(520, npi)
    """
    return cents * _NPIS + (_NPIS - 1 - int(provider_npi) if provider_npi else 0)


def cents_of(rank: int) -> int:
    """The cents of the total with a rank."""
    return rank // _NPIS
