"""Reads and writes of many items of a table, in batches that run side by side; all raise Unavailable."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from payerworks.aws import client
from payerworks.dynamodb import TRANSIENT, ConditionFailed, Item, Part, Table, busy, call, transact, tries
from payerworks.parts import parts

Given = TypeVar("Given")
Result = TypeVar("Result")

READ_BATCH = 100
"""Keys of one BatchGetItem at most."""
WRITE_BATCH = 25
"""Items of one BatchWriteItem, and statements of one BatchExecuteStatement, at most."""
CALLS_AT_ONCE = 8


def in_parallel(work: Callable[[Given], Result], given: Collection[Given]) -> list[Result]:
    """The results of `work` in the order of what is given, eight at once: a call mostly waits for the network."""
    if len(given) < 2:
        return [work(one) for one in given]
    client("dynamodb")  # made once here, instead of in each thread
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        return list(pool.map(work, given))


def read_all(table: Table, keys: Sequence[Item], **options: Any) -> list[Item]:
    """Those of the items with these keys that exist, in no order, as they are now; a read unit for each 4 KB of one.

    `options` are given to BatchGetItem beside the keys.
    """

    def read(batch: list[Item]) -> list[Item]:
        found: list[Item] = []
        for _ in tries():
            answer = call(
                "batch_get_item", RequestItems={table.name: {"Keys": batch, "ConsistentRead": True} | options}
            )
            found += answer["Responses"].get(table.name, [])
            batch = answer.get("UnprocessedKeys", {}).get(table.name, {}).get("Keys", [])
            if not batch:
                return found
        raise busy()

    return [item for items in in_parallel(read, parts(keys, READ_BATCH)) for item in items]


def insert_all(table: Table, items: Sequence[Item]) -> set[int]:
    """Put those items whose keys are free; the numbers of the others.

    PartiQL's INSERT fails where the key is taken, at the price of a plain put; a transaction costs twice as much.
    """

    def insert(numbered: list[tuple[int, Item]]) -> set[int]:
        taken: set[int] = set()
        for _ in tries():
            statements = [_insertion(table, item) for _, item in numbered]
            answers = call("batch_execute_statement", Statements=statements)["Responses"]
            codes = [answer.get("Error", {}).get("Code") for answer in answers]
            if unknown := set(codes) - {None, "DuplicateItem", *TRANSIENT}:
                raise RuntimeError(f"items were not inserted: {', '.join(sorted(map(str, unknown)))}")
            taken |= {number for (number, _), code in zip(numbered, codes, strict=True) if code == "DuplicateItem"}
            numbered = [pair for pair, code in zip(numbered, codes, strict=True) if code in TRANSIENT]
            if not numbered:
                return taken
        raise busy()

    return set().union(*in_parallel(insert, parts(list(enumerate(items)), WRITE_BATCH)))


def _insertion(table: Table, item: Item) -> dict[str, Any]:
    names = ", ".join(f"'{name}': ?" for name in item)
    return {"Statement": f'INSERT INTO "{table.name}" VALUE {{{names}}}', "Parameters": list(item.values())}


def insert_together(table: Table, items: Sequence[Item]) -> set[int]:
    """Put those of up to 100 items whose keys are free, in one transaction; the numbers of the others.

    It costs twice what `insert_all` does, but the local emulator's stream delivers it too.
    """
    pending = {number: table.put_part(item, "attribute_not_exists(pk)") for number, item in enumerate(items)}
    while pending:
        try:
            transact(list(pending.values()))
        except ConditionFailed as failed:
            codes = dict(zip(pending, failed.reasons, strict=True))
            pending = {number: part for number, part in pending.items() if codes[number] != "ConditionalCheckFailed"}
        else:
            break
    return set(range(len(items))) - set(pending)


def write_all(table: Table, requests: Sequence[Part], *, is_repeatable: bool = True) -> None:
    """Carry out each `{"PutRequest": …}` and `{"DeleteRequest": …}`, no two of them on the same item.

    A batch without an answer is sent again, or raises NoAnswer. After an Unavailable or a NoAnswer some are done.
    """

    def write(batch: list[Part]) -> None:
        for _ in tries(first_pause=0.05):
            answer = call("batch_write_item", is_repeatable=is_repeatable, RequestItems={table.name: batch})
            batch = answer.get("UnprocessedItems", {}).get(table.name, [])
            if not batch:
                return
        raise busy()

    in_parallel(write, parts(requests, WRITE_BATCH))
