"""The net fee of a claim."""

from claims.claim.models import SubmittedClaim


def net_fee(claim: SubmittedClaim) -> int:
    """Cents: provider fees, member coinsurance and member copay, less the allowed fees. May be negative."""
    return claim.provider_fees + claim.member_coinsurance + claim.member_copay - claim.allowed_fees
