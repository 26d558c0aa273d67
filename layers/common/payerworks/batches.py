"""Reads and inserts of many items of a DynamoDB table, in batches that run side by side."""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from payerworks.aws import client
from payerworks.errors import Unavailable
from payerworks.parts import parts

Item = dict[str, dict[str, Any]]
Given = TypeVar("Given")
Result = TypeVar("Result")

READS = 100
INSERTS = 25
CALLS_AT_ONCE = 8
TRIES = 8
_PASSING = (
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "InternalServerError",
    "TransactionConflict",
)


def read_all(table: str, keys: Sequence[Item], **projection: Any) -> list[Item]:
    """The items with these keys, those that there are, as they are now; a read unit for each 4 KB of one.

    `projection` is given to BatchGetItem with the keys. Raises Unavailable.
    """
    found = each(lambda batch: _read_batch(table, batch, projection), parts(keys, READS))
    return [item for items in found for item in items]


def _read_batch(table: str, keys: list[Item], projection: dict[str, Any]) -> list[Item]:
    found: list[Item] = []
    for attempt in range(TRIES):
        time.sleep(0.05 * 2**attempt if attempt else 0)
        request = {table: {"Keys": keys, "ConsistentRead": True} | projection}
        answer = client("dynamodb").batch_get_item(RequestItems=request)
        found += answer["Responses"].get(table, [])
        keys = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        if not keys:
            return found
    raise Unavailable("The table answers no more reads just now; try again.", headers={"Retry-After": "5"})


def insert_all(table: str, items: Sequence[Item]) -> set[int]:
    """Put those items whose keys are free; gives the numbers of the others. Raises Unavailable."""
    batches = parts(list(enumerate(items)), INSERTS)
    return set().union(*each(lambda batch: _insert_batch(table, batch), batches))


def _insert_batch(table: str, numbered: list[tuple[int, Item]]) -> set[int]:
    taken: set[int] = set()
    for attempt in range(TRIES):
        time.sleep(0.05 * 2**attempt if attempt else 0)
        statements = [_insertion(table, item) for _, item in numbered]
        answers = client("dynamodb").batch_execute_statement(Statements=statements)["Responses"]
        codes = [answer.get("Error", {}).get("Code") for answer in answers]
        taken |= {number for (number, _), code in zip(numbered, codes, strict=True) if code == "DuplicateItem"}
        if unknown := set(codes) - {None, "DuplicateItem", *_PASSING}:
            raise ConnectionError(f"items were not inserted: {', '.join(sorted(map(str, unknown)))}")
        numbered = [pair for pair, code in zip(numbered, codes, strict=True) if code in _PASSING]
        if not numbered:
            return taken
    raise Unavailable("The table takes no more writes just now; try again.", headers={"Retry-After": "5"})


def _insertion(table: str, item: Item) -> dict[str, Any]:
    # PartiQL's INSERT fails where the key is taken, at the price of a plain put; a transaction costs twice as much.
    names = ", ".join(f"'{name}': ?" for name in item)
    return {"Statement": f'INSERT INTO "{table}" VALUE {{{names}}}', "Parameters": list(item.values())}


def each(work: Callable[[Given], Result], given: Collection[Given]) -> list[Result]:
    """What `work` makes of each, in their order; a call mostly waits for the network, so eight run at once."""
    if len(given) < 2:
        return [work(one) for one in given]
    client("dynamodb")  # made here once: making it is no work for eight
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        return list(pool.map(work, given))
