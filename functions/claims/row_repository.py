"""Table `claims`: claims that are rows of files, many at once (the table's keys and attributes: repository.py).

Access patterns
    rows of a file    BatchGetItem of up to 100, PartiQL inserts of up to 25 that are new
A row that is stored already costs a read unit and no write.
"""

from collections.abc import Sequence

from claims.claim_items import claim_item, claim_key
from claims.stored_claim import StoredClaim
from payerworks.batches import insert_all, read_all
from payerworks.settings import settings


def store_rows(claims: Sequence[StoredClaim]) -> int:
    """Store claims, each by itself; one that is there already stays as it is, whatever became of it since.

    Gives the number of those that another request than theirs had stored. One that the same request had stored comes
    from a try of it that died: it is this request's claim. Raises Unavailable.
    """
    stored = _request_ids(claims)
    new = [claim for claim in claims if claim.claim_id not in stored]
    taken = insert_all(_table(), [claim_item(claim, "created") for claim in new])
    stored |= _request_ids([new[number] for number in taken])
    return sum(stored.get(claim.claim_id, claim.request_id) != claim.request_id for claim in claims)


def _request_ids(claims: Sequence[StoredClaim]) -> dict[str, str]:
    keys = [claim_key(claim.tenant, claim.claim_id) for claim in claims]
    items = read_all(_table(), keys, ProjectionExpression="pk, request_id")
    return {item["pk"]["S"].rsplit("#", 1)[1]: item["request_id"]["S"] for item in items}


def _table() -> str:
    return settings().tables["claims"]
