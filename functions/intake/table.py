"""Calls on table `intake` that read or write many items."""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from payerworks.aws import client
from payerworks.errors import Unavailable
from payerworks.settings import settings

Item = dict[str, dict[str, Any]]
Given = TypeVar("Given")
Result = TypeVar("Result")

BATCH = 100
CALLS_AT_ONCE = 8
INSERTS = 25
TRIES = 8
_PASSING = (
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "InternalServerError",
    "TransactionConflict",
)


def table() -> str:
    """The table's name."""
    return settings().tables["intake"]


def read_all(keys: Sequence[Item]) -> list[Item]:
    """The items with these keys, those that there are, as they are now; a read unit for each 4 KB of one."""
    batches = [list(keys[start : start + BATCH]) for start in range(0, len(keys), BATCH)]
    return [item for items in each(_read_batch, batches) for item in items]


def _read_batch(keys: list[Item]) -> list[Item]:
    found: list[Item] = []
    for attempt in range(TRIES):
        time.sleep(0.05 * 2**attempt if attempt else 0)
        answer = client("dynamodb").batch_get_item(RequestItems={table(): {"Keys": keys, "ConsistentRead": True}})
        found += answer["Responses"].get(table(), [])
        keys = answer.get("UnprocessedKeys", {}).get(table(), {}).get("Keys", [])
        if not keys:
            return found
    raise Unavailable("The table answers no more reads just now; try again.", headers={"Retry-After": "5"})


def insert_all(items: Sequence[Item]) -> set[int]:
    """Put items whose keys are free, 25 a call; gives the numbers of those whose keys were taken."""
    numbered = list(enumerate(items))
    batches = [numbered[start : start + INSERTS] for start in range(0, len(numbered), INSERTS)]
    return set().union(*each(_insert_batch, batches))


def _insert_batch(numbered: list[tuple[int, Item]]) -> set[int]:
    taken: set[int] = set()
    for attempt in range(TRIES):
        time.sleep(0.05 * 2**attempt if attempt else 0)
        statements = [_insertion(item) for _, item in numbered]
        answers = client("dynamodb").batch_execute_statement(Statements=statements)["Responses"]
        codes = [answer.get("Error", {}).get("Code") for answer in answers]
        taken |= {number for (number, _), code in zip(numbered, codes, strict=True) if code == "DuplicateItem"}
        if unknown := set(codes) - {None, "DuplicateItem", *_PASSING}:
            raise ConnectionError(f"items were not inserted: {', '.join(sorted(map(str, unknown)))}")
        numbered = [pair for pair, code in zip(numbered, codes, strict=True) if code in _PASSING]
        if not numbered:
            return taken
    raise Unavailable("The table takes no more writes just now; try again.", headers={"Retry-After": "5"})


def _insertion(item: Item) -> dict[str, Any]:
    # PartiQL's INSERT fails where the key is taken, at the price of a plain put; a transaction costs twice as much.
    names = ", ".join(f"'{name}': ?" for name in item)
    return {"Statement": f'INSERT INTO "{table()}" VALUE {{{names}}}', "Parameters": list(item.values())}


def put(item: Item, condition: str, values: Item | None = None) -> bool:
    """Put an item if a condition holds; tells whether it did."""
    dynamodb = client("dynamodb")
    given = {"ExpressionAttributeValues": values} if values else {}
    try:
        dynamodb.put_item(TableName=table(), Item=item, ConditionExpression=condition, **given)
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True


def each(work: Callable[[Given], Result], given: Collection[Given]) -> list[Result]:
    """What `work` makes of each, in their order; a call mostly waits for the network, so eight run at once."""
    if len(given) < 2:
        return [work(one) for one in given]
    client("dynamodb")  # made here once: making it is no work for eight
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        return list(pool.map(work, given))
