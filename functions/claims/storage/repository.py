"""Table `claims`: one item a claim, one item a provider's total.

pk, sk:
    {tenant}#{claimId}, CLAIM    version, status, provider_npi, net_fee (cents), document (JSON text of what never
                                 changes), received_at, request_id; `counted`, the cents it has in its provider's total
                                 (absent: it is not in it); `operation`, the change that made this version; what the
                                 lists are keyed by (list_repository.py); its payment (payment_repository.py)
    {tenant}#NPI#{npi}, TOTAL    total_rank (the total's cents and the NPI as one number: provider_totals.py),
                                 claim_count, total_shard; while it is recounted held_until, after that recounted

Each change of a claim sets its `operation`, and counting it takes that away: so the stream's filter passes changes on
and not their being counted. A change of its status also sets `status_list`.

Access patterns
    a claim                      GetItem CLAIM
    lists of claims              list_repository.py
    totals of providers          totals_repository.py
A new claim costs 5 write units (4 of them the lists'), in a transaction 6.
"""

from collections.abc import Iterable

from claims.claim.stored_claim import StoredClaim
from claims.storage.claim_items import TABLE, claim_from, claim_item, claim_key
from payerworks.batches import insert_together


def read_claim(tenant: str, claim_id: str) -> StoredClaim | None:
    """The claim, None where there is none."""
    item = TABLE.get(claim_key(tenant, claim_id))
    return claim_from(tenant, claim_id, item) if item else None


def store(claims: Iterable[StoredClaim]) -> None:
    """Store up to 100 new claims, all or none. One that is there already stays as it is.

    Such a one was stored by a first try of the same request, whose seed made its id. Raises Unavailable.
    """
    insert_together(TABLE, [claim_item(claim, "created") for claim in claims])
