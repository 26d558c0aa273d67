"""Rebuilding a provider's total from its claims."""

from itertools import islice
from typing import NamedTuple

from claims.storage import list_repository
from claims.totals import totals_repository
from claims.totals.accrual import ClaimKey
from claims.totals.provider_totals import ProviderTotal
from claims.totals.totals_repository import Provider
from payerworks.batches import READ_BATCH


class RebuiltTotal(NamedTuple):
    """Whether the total was wrong, and the claims that still have to be accrued."""

    corrected: bool
    pending: list[ClaimKey]


def rebuild_total(provider: Provider, held_until: int, run: str) -> RebuiltTotal:
    """Set a provider's total, which is held, to the sum of its claims' shares. Raises Unavailable."""
    tenant, provider_npi = provider
    ids = list_repository.provider_claim_ids(tenant, provider_npi)
    net_fee = claims = 0
    pending: list[ClaimKey] = []
    while keys := [(tenant, claim_id) for claim_id in islice(ids, READ_BATCH)]:
        for share in totals_repository.read_shares(keys):
            net_fee += share.counted or 0
            claims += share.counted is not None
            if share.due != share.counted:
                pending.append((tenant, share.claim_id))
    total = ProviderTotal(provider_npi, net_fee, claims)
    return RebuiltTotal(totals_repository.set_total(provider, total, held_until, run), pending)
