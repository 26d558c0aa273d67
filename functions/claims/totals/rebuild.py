"""A provider's total, made anew from its claims."""

from itertools import islice
from typing import NamedTuple

from claims.storage import list_repository
from claims.totals import totals_repository
from claims.totals.accrual import ClaimKey
from claims.totals.provider_totals import ProviderTotal
from claims.totals.totals_repository import Provider
from payerworks.batches import READ_BATCH


class Recounted(NamedTuple):
    """Whether a total was not the sum of its claims, and the claims that are not counted as they are now."""

    corrected: bool
    late: list[ClaimKey]


def recount(provider: Provider, held: int, run: str) -> Recounted:
    """Set a provider's total, which is held, to the sum of what its claims have in it."""
    tenant, provider_npi = provider
    ids = list_repository.claim_ids(tenant, provider_npi)
    net_fee = claims = 0
    late: list[ClaimKey] = []
    while keys := [(tenant, claim_id) for claim_id in islice(ids, READ_BATCH)]:
        for claim in totals_repository.read_countable(keys):
            net_fee += claim.counted or 0
            claims += claim.counted is not None
            if claim.due != claim.counted:
                late.append((tenant, claim.claim_id))
    total = ProviderTotal(provider_npi, net_fee, claims)
    return Recounted(totals_repository.set_total(provider, total, held, run), late)
