"""Transactions on table `claims`."""

import random
import time
from collections.abc import Sequence
from typing import Any

from claims.claim_items import Item
from payerworks.aws import client
from payerworks.errors import Unavailable
from payerworks.settings import settings

TRIES = 8

_RETRIED = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class Raced(Exception):
    """Something a transaction was conditioned on has changed; nothing was written. `reasons`: one code an item."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__()
        self.reasons = reasons


def table() -> str:
    """The table's name."""
    return settings().tables["claims"]


def update(key: Item, change: str, values: Item, condition: str = "") -> dict[str, Any]:
    """An update as an item of a transaction."""
    item: dict[str, Any] = {
        "TableName": table(),
        "Key": key,
        "UpdateExpression": change,
        "ExpressionAttributeValues": values,
    }
    return {"Update": item | ({"ConditionExpression": condition} if condition else {})}


def transact(items: Sequence[dict[str, Any]], tries: int = TRIES) -> None:
    """Commit all items or none. Raises Raced for a condition that fails, Unavailable after so many tries."""
    dynamodb = client("dynamodb")
    for attempt in range(tries):
        time.sleep(random.uniform(0, 0.02 * 2**attempt) if attempt else 0)
        try:
            dynamodb.transact_write_items(TransactItems=items)
        except dynamodb.exceptions.TransactionCanceledException as error:
            reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", ())]
            if "ConditionalCheckFailed" in reasons:
                raise Raced(reasons) from None
            if not _RETRIED.intersection(reasons):
                raise
        else:
            return
    raise Unavailable("The table takes no more writes just now; try again.", headers={"Retry-After": "1"})
