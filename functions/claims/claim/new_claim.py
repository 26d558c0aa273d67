"""New claims from validated input."""

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeVar

from claims.claim.money import dollars
from claims.claim.net_fee import net_fee
from claims.claim.source import REQUEST
from claims.claim.status import initial_review_reason, initial_status
from claims.claim.stored_claim import StoredClaim
from claims.claim.valid_claim import ValidClaim
from payerworks import json_text
from payerworks.json_text import Json
from payerworks.times import now

Name = TypeVar("Name", int, str)


def new_claims(
    tenant: str,
    request_id: str,
    seed: str,
    valid: Mapping[Name, ValidClaim],
    source_of: Callable[[Name], str] = lambda _: REQUEST,
) -> list[StoredClaim]:
    """The claims of a request or of a file's job; `valid` has them by their index in the list, or by their row.

    A claim's id is a hash of the seed and this index or row, so a repeat makes the same ids. `source_of` it is the
    claim's source (source.py).
    """
    received_at = now()
    return [
        _new_claim(tenant, request_id, f"{seed}#{name}", claim, received_at, source_of(name))
        for name, claim in valid.items()
    ]


def _new_claim(
    tenant: str, request_id: str, seed: str, valid: ValidClaim, received_at: str, source: str
) -> StoredClaim:
    claim_id = hashlib.blake2b(seed.encode(), digest_size=16).hexdigest()
    fee = net_fee(valid.claim)
    return StoredClaim(
        tenant=tenant,
        claim_id=claim_id,
        version=1,
        status=initial_status(fee),
        service_date=valid.claim.service_date.isoformat(),
        subscriber_number=valid.claim.subscriber_number,
        provider_npi=valid.claim.provider_npi,
        net_fee=fee,
        document=json_text.write(_document(claim_id, valid, fee)),
        received_at=received_at,
        request_id=request_id,
        source=source,
        review_reason=initial_review_reason(fee),
    )


def _document(claim_id: str, valid: ValidClaim, fee: int) -> dict[str, Json]:
    claim = valid.claim
    return {
        "id": claim_id,
        "service_date": claim.service_date.isoformat(),
        "submitted_procedure": claim.submitted_procedure,
        "quadrant": claim.quadrant,
        "plan_group_number": claim.plan_group_number,
        "subscriber_number": claim.subscriber_number,
        "provider_npi": claim.provider_npi,
        "provider_fees": dollars(claim.provider_fees),
        "allowed_fees": dollars(claim.allowed_fees),
        "member_coinsurance": dollars(claim.member_coinsurance),
        "member_copay": dollars(claim.member_copay),
        "net_fee": dollars(fee),
        "warnings": [warning._asdict() for warning in valid.warnings],
    }
