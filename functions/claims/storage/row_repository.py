"""Table `claims`: claims from rows of files, many at once (the table's keys and attributes: repository.py).

Access patterns
    rows of a file    BatchGetItem of up to 100, and a transaction for the new ones
A row that is already stored costs a read unit and no write.
"""

from collections.abc import Callable, Sequence

from claims.claim.stored_claim import StoredClaim
from claims.storage.claim_items import TABLE, claim_key
from claims.storage.repository import store
from payerworks.batches import in_parallel, read_all
from payerworks.dynamodb import TRANSACTION_ITEMS
from payerworks.parts import parts


def store_rows(claims: Sequence[StoredClaim], announce: Callable[[Sequence[StoredClaim]], None]) -> set[str]:
    """Store claims; those that exist stay unchanged, whatever their state. Returns the ids of duplicates.

    A duplicate was stored by another request. A claim that an earlier try of the same request stored is none. Before
    any is stored, those that are no duplicates are announced.
    Raises Unavailable; some of the claims may be stored then.
    """
    stored = _request_ids(claims)
    new = [claim for claim in claims if claim.claim_id not in stored]
    announce([claim for claim in claims if stored.get(claim.claim_id, claim.request_id) == claim.request_id])
    # Batches of PartiQL inserts would save a write unit per claim, but the local emulator's stream omits them.
    in_parallel(store, parts(new, TRANSACTION_ITEMS))
    stored |= _request_ids(new)
    return {claim.claim_id for claim in claims if stored[claim.claim_id] != claim.request_id}


def _request_ids(claims: Sequence[StoredClaim]) -> dict[str, str]:
    keys = [claim_key(claim.tenant, claim.claim_id) for claim in claims]
    items = read_all(TABLE, keys, ProjectionExpression="pk, request_id")
    return {item["pk"]["S"].rsplit("#", 1)[1]: item["request_id"]["S"] for item in items}
