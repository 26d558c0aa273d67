"""Queue of claim changes: bring each changed claim into its provider's total, exactly once a change.

A message has the changes of one batch of the table's stream, so that many are counted together.
"""

from collections.abc import Sequence
from typing import Any

from claims.totals.accrual import ClaimKey, accrue
from payerworks.messages import sqs_group_handler


def _changed(message: dict[str, Any]) -> list[ClaimKey]:
    return [(claim["tenant"], claim["claimId"]) for claim in message["claims"]]


def _readable(message: dict[str, Any]) -> bool:
    # All that can be read are counted together; what fails here fails alone.
    return bool(_changed(message))


def _count(messages: Sequence[dict[str, Any]]) -> None:
    keys = [key for message in messages for key in _changed(message)]
    accrue(keys)


handler = sqs_group_handler(_readable, _count)
