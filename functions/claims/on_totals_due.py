"""Queue of claim changes: accrue each changed claim to its provider's total, exactly once per change.

A message has all changes of one batch of the table's stream, so that they are accrued together.
"""

from collections.abc import Sequence
from typing import Any

from claims.totals.accrual import ClaimKey, accrue
from payerworks.messages import sqs_group_handler


def _claim_keys(message: dict[str, Any]) -> list[ClaimKey]:
    return [(claim["tenant"], claim["claimId"]) for claim in message["claims"]]


def _accrue(messages: Sequence[dict[str, Any]]) -> None:
    accrue(key for message in messages for key in _claim_keys(message))


# The group key is the same for all readable messages; a message for which it raises fails alone.
handler = sqs_group_handler(lambda message: bool(_claim_keys(message)), _accrue)
