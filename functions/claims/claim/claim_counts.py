"""The numbers of the claims received on a day."""

import datetime
from collections.abc import Sequence
from typing import NamedTuple, get_args

from claims.claim.money import dollars
from claims.claim.status import ClaimStatus
from payerworks import json_text


class ReceivedClaim(NamedTuple):
    """What is counted of a claim: when it was received (ISO 8601, UTC), its status now, its net fee in cents."""

    received_at: str
    status: str
    net_fee: int


def counts_text(day: datetime.date, claims: Sequence[ReceivedClaim], *, is_complete: bool) -> str:
    """The numbers of a day's claims as JSON text (models.ClaimCounts)."""
    hours = [0] * 24
    for claim in claims:
        hours[int(claim.received_at[11:13])] += 1
    return json_text.write(
        {
            "day": day.isoformat(),
            "claims": len(claims),
            "net_fee": dollars(sum(claim.net_fee for claim in claims)),
            "is_complete": is_complete,
            "hours": hours,
            "statuses": [_status_count(status, claims) for status in get_args(ClaimStatus)],
        }
    )


def _status_count(status: str, claims: Sequence[ReceivedClaim]) -> dict[str, json_text.Json]:
    fees = [claim.net_fee for claim in claims if claim.status == status]
    return {"status": status, "claims": len(fees), "net_fee": dollars(sum(fees))}
