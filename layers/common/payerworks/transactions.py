"""Transactions of DynamoDB: all items or none, tried again where another one is in the way."""

import random
import time
from collections.abc import Sequence
from typing import Any

from payerworks.aws import client
from payerworks.errors import Unavailable

TRIES = 8
MOST_ITEMS = 100
"""Items of a transaction at most."""

_RETRIED = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class Raced(Exception):
    """Something a transaction was conditioned on has changed; nothing was written. `reasons`: one code an item."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__()
        self.reasons = reasons


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


def insert_together(table: str, items: Sequence[dict[str, Any]]) -> set[int]:
    """Put those of up to 100 items whose keys are free, together; gives the numbers of the others. Raises Unavailable.

    It costs twice what PartiQL's inserts do (batches.insert_all), but the local emulator's stream tells of it.
    """
    pending = {number: _insertion(table, item) for number, item in enumerate(items)}
    while pending:
        try:
            transact(list(pending.values()))
        except Raced as raced:
            reasons = zip(list(pending), raced.reasons, strict=True)
            for number in [number for number, reason in reasons if reason == "ConditionalCheckFailed"]:
                del pending[number]
        else:
            break
    return set(range(len(items))) - set(pending)


def _insertion(table: str, item: dict[str, Any]) -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
