"""What a claim adds to its provider's total, and the order of the totals."""

from collections.abc import Iterable
from dataclasses import dataclass

from claims.claim.money import dollars
from payerworks import json_text

_NPIS = 10**10
"""More than any NPI, which has 10 digits."""


@dataclass(frozen=True, slots=True)
class ProviderTotal:
    """The net fees, in cents, of a provider's claims that are not void, and their number."""

    provider_npi: str
    net_fee: int
    claims: int


@dataclass(frozen=True, slots=True)
class CountableClaim:
    """What counting needs of a claim: `counted` is what it has in the total in cents, None while it is not in it."""

    tenant: str
    claim_id: str
    provider_npi: str
    version: int
    status: str
    net_fee: int
    counted: int | None

    @property
    def due(self) -> int | None:
        """What it should have in the total."""
        return None if self.status == "void" else self.net_fee


def difference(claims: Iterable[CountableClaim]) -> tuple[int, int]:
    """What counting these claims adds to the total: cents, and claims."""
    amount = number = 0
    for claim in claims:
        amount += (claim.due or 0) - (claim.counted or 0)
        number += (claim.due is not None) - (claim.counted is not None)
    return amount, number


def rank(cents: int, provider_npi: str = "") -> int:
    """The number that sorts a total: by its cents, of equal ones by the lower NPI. Without an NPI: that of an amount.

    Adding the rank of an amount to the rank of a total gives the rank of the new total.
    """
    return cents * _NPIS + (_NPIS - 1 - int(provider_npi) if provider_npi else 0)


def cents_of(rank: int) -> int:
    """The cents of the total that a rank sorts."""
    return rank // _NPIS


def shown_total(total: ProviderTotal) -> str:
    """A total as a client is shown it."""
    return json_text.write(
        {"provider_npi": total.provider_npi, "total_net_fee": dollars(total.net_fee), "claims": total.claims}
    )


def top(totals: Iterable[ProviderTotal], limit: int) -> list[ProviderTotal]:
    """The highest totals, of equal ones the lower NPI first."""
    return sorted(totals, key=lambda total: (-total.net_fee, total.provider_npi))[:limit]
