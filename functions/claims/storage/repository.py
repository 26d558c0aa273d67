"""Table `claims`: an item for each claim, for its share in its provider's total, and for each total.

pk, sk:
    {tenant}#{claimId}, CLAIM    version, status, provider_npi, net_fee (cents), document (JSON text of what never
                                 changes), received_at, request_id
                                 source: the request, or a file and line (source.py); absent in claims from before
                                 operation: the change that made this version; absent after a write that is no change
                                 keys of the lists (list_repository.py), the payment (payment_repository.py)
    {tenant}#NPI#{npi}#{0…7}, SHARE#{claimId}
                                 what the claim adds to its provider's total: net_fee (cents), absent if it is void;
                                 version: the claim's version that was counted
                                 eight partitions by claim id, as each takes only 1,000 write units a second
    {tenant}#NPI#{npi}, TOTAL    total_rank (the total's cents and the NPI as one number: provider_totals.py),
                                 claim_count, total_shard; version: rises with each change of the total
                                 held_by, held_until: while a run rebuilds it; recounted: the run that last did so

Each change of a claim sets its `operation`, by which the stream's filter knows it: shares, totals and the end of a wait
have none. A change of its status also sets `status_list`.

Access patterns
    a claim                      GetItem CLAIM
    lists of claims              list_repository.py
    numbers of a day             received_repository.py
    shares in totals             share_repository.py
    totals of providers          totals_repository.py
A new claim costs 6 write units (5 of them for the indexes), in a transaction 7.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from claims.claim.stored_claim import StoredClaim
from claims.storage.claim_items import TABLE, claim_from, claim_item, claim_key
from payerworks.batches import insert_together, read_all


def read_claim(tenant: str, claim_id: str) -> StoredClaim | None:
    """The claim; None if it does not exist."""
    item = TABLE.get(claim_key(tenant, claim_id))
    return claim_from(item) if item else None


def store(claims: Iterable[StoredClaim]) -> list[StoredClaim]:
    """Store up to 100 new claims, all or none; returns them as they were stored first. Raises Unavailable.

    A claim that exists stays unchanged: an earlier try of the same request stored it, as ids come from the seed.
    """
    new = list(claims)
    taken = insert_together(TABLE, [claim_item(claim, "created") for claim in new])
    earlier = {claim.claim_id: claim for claim in _read_claims([new[number] for number in sorted(taken)])}
    return [_as_stored_first(claim, earlier.get(claim.claim_id, claim)) for claim in new]


def _read_claims(claims: Sequence[StoredClaim]) -> list[StoredClaim]:
    keys = [claim_key(claim.tenant, claim.claim_id) for claim in claims]
    return [claim_from(item) for item in read_all(TABLE, keys)] if keys else []


def _as_stored_first(claim: StoredClaim, stored: StoredClaim) -> StoredClaim:
    # Its state may have moved since then; the answer to a repeated request has the first one.
    return replace(claim, received_at=stored.received_at, request_id=stored.request_id, source=stored.source)
