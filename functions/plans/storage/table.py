"""Calls on table `plans`; its keys, attributes and access patterns stand at the head of repository.py."""

import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

from payerworks.aws import client
from payerworks.errors import Unavailable
from payerworks.parts import parts
from payerworks.settings import settings
from plans.storage.items import Item, partition

BATCH = 25
CALLS_AT_ONCE = 8
TRIES = 8


def table() -> str:
    """The table's name."""
    return settings().tables["plans"]


def key(tenant: str, plan_id: str, sk: str) -> Item:
    return {"pk": {"S": partition(tenant, plan_id)}, "sk": {"S": sk}}


def query(condition: str, values: Item, **options: Any) -> Iterator[Item]:
    """All items of a query, page after page as they are asked for."""
    pages = (
        client("dynamodb")
        .get_paginator("query")
        .paginate(TableName=table(), KeyConditionExpression=condition, ExpressionAttributeValues=values, **options)
    )
    for page in pages:
        yield from page["Items"]


def write_all(requests: Sequence[dict[str, Any]]) -> None:
    """Put and delete items, 25 a call and eight calls at once; no two of the requests may name the same item.

    Raises Unavailable where the table takes no more; some of them are done then.
    """
    # Imported here: only what is large needs it.
    from concurrent.futures import ThreadPoolExecutor

    client("dynamodb")  # made here once: making it is no work for eight
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        list(pool.map(_write_batch, parts(requests, BATCH)))


def _write_batch(requests: Sequence[dict[str, Any]]) -> None:
    left: dict[str, Any] = {table(): requests}
    for attempt in range(TRIES):
        if attempt:
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
        left = client("dynamodb").batch_write_item(RequestItems=left).get("UnprocessedItems") or {}
        if not left:
            return
    raise Unavailable("The table takes no more writes just now; try again.", headers={"Retry-After": "5"})
