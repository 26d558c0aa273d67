"""Many items at once: what a batch leaves undone is done, or the caller is told that it was not."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import DynamoDBBackend

from payerworks import batches
from payerworks.batches import in_parallel, insert_all, insert_together, read_all, write_all
from payerworks.dynamodb import Item, Table
from payerworks.errors import Unavailable
from tests.unit.dynamodb_faults import (
    Faults,
    cancelled,
    check_lasting_faults,
    error,
    injected,
    kept_tables,
    kinds,
    little_time,
    put_back,
)
from tests.unit.intake.conftest import insert_batch

TABLE = Table("plans")


def item(number: int, text: str = "new") -> Item:
    return {"pk": {"S": f"p{number}"}, "sk": {"S": "s"}, "text": {"S": text}}


def key(number: int) -> Item:
    return {name: item(number)[name] for name in ("pk", "sk")}


def texts() -> dict[str, str]:
    """The text of each item, by its key."""
    return {found["pk"]["S"]: found["text"]["S"] for page in TABLE.pages("scan") for found in page["Items"]}


def read() -> list[tuple[str, str]]:
    return sorted((found["pk"]["S"], found["text"]["S"]) for found in read_all(TABLE, [*map(key, range(250))]))


def write() -> None:
    deletions = [{"DeleteRequest": {"Key": key(number)}} for number in range(30)]
    write_all(TABLE, [{"PutRequest": {"Item": item(number)}} for number in range(30, 90)] + deletions)


OLD = {0, 1, 7, 24, 25, 59}
FUNCTIONS: dict[str, tuple[str, Callable[[], object]]] = {
    "read_all": ("BatchGetItem", read),
    "insert_all": ("BatchExecuteStatement", lambda: insert_all(TABLE, [*map(item, range(60))])),
    "insert_together": ("TransactWriteItems", lambda: insert_together(TABLE, [*map(item, range(60))])),
    "write_all": ("BatchWriteItem", write),
}
every_function = pytest.mark.parametrize("name", FUNCTIONS)


@pytest.fixture
def faults(aws: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    monkeypatch.setattr(DynamoDBBackend, "batch_execute_statement", insert_batch)
    for number in OLD:
        TABLE.put(item(number, "old"))
    with injected() as found:
        yield found


@every_function
def test_batches_that_fail_in_every_kind_first_give_and_do_the_same(
    faults: Faults, pauses: list[float], name: str
) -> None:
    operation, function = FUNCTIONS[name]
    before = kept_tables()
    expected, there = function(), texts()
    put_back(before)
    faults.each()
    assert function() == expected
    assert {request.operation for request in faults.requests} == {operation}
    assert len(pauses) >= len(kinds(operation))
    faults.none()
    assert texts() == there


@every_function
def test_a_fault_that_lasts_is_503_with_retry_after(faults: Faults, name: str) -> None:
    operation, function = FUNCTIONS[name]
    check_lasting_faults(faults, operation, function)


@every_function
@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException"])
def test_another_error_is_raised_at_once_and_unchanged(
    faults: Faults, pauses: list[float], name: str, code: str
) -> None:
    faults.last(error(code))
    with pytest.raises(ClientError) as raised:
        FUNCTIONS[name][1]()
    assert raised.value.response["Error"]["Code"] == code
    bodies = [str(request.body) for request in faults.requests]
    assert (len(bodies), pauses) == (len(set(bodies)), [])  # no batch was tried twice


def test_what_exists_is_read_and_only_it(faults: Faults) -> None:
    assert read() == [(f"p{number}", "old") for number in sorted(OLD, key=str)]
    sizes = [len(request.body["RequestItems"][TABLE.name]["Keys"]) for request in faults.requests]
    assert sorted(sizes) == [50, 100, 100]  # side by side, so in any order
    assert read_all(TABLE, []) == []


def test_the_options_of_a_read_are_kept_when_a_part_is_read_again(faults: Faults, pauses: list[float]) -> None:
    faults.first(kinds("BatchGetItem")["half of the keys"])
    found = read_all(TABLE, [*map(key, sorted(OLD))], ProjectionExpression="pk", ConsistentRead=False)
    assert sorted(found, key=str) == [{"pk": {"S": f"p{number}"}} for number in sorted(OLD, key=str)]
    asked = [request.body["RequestItems"][TABLE.name] for request in faults.requests]
    assert [len(request.pop("Keys")) for request in asked] == [6, 3]
    assert asked == [{"ConsistentRead": False, "ProjectionExpression": "pk"}] * 2


@pytest.mark.parametrize("insert", [insert_all, insert_together])
def test_items_whose_keys_are_taken_stay_and_are_named(
    faults: Faults, insert: Callable[[Table, list[Item]], set[int]]
) -> None:
    assert insert(TABLE, [*map(item, range(60))]) == OLD
    assert texts() == {f"p{number}": "old" if number in OLD else "new" for number in range(60)}
    assert insert(TABLE, [*map(item, range(60))]) == set(range(60))
    assert insert(TABLE, []) == set()


def test_a_statement_that_fails_for_good_is_an_error(faults: Faults, pauses: list[float]) -> None:
    failed = {"Responses": [{"Error": {"Code": "ValidationError"}}, {"Error": {"Code": "ThrottlingError"}}]}
    faults.last(lambda _: (200, failed))
    with pytest.raises(RuntimeError, match="ValidationError"):
        insert_all(TABLE, [item(100), item(101)])
    assert pauses == []


def test_a_transaction_that_conflicts_and_finds_keys_taken_leaves_only_those_out(
    faults: Faults, pauses: list[float]
) -> None:
    faults.first(cancelled("TransactionConflict"))
    assert insert_together(TABLE, [item(0), item(100), item(1)]) == {0, 2}
    sizes = [len(request.body["TransactItems"]) for request in faults.requests]
    assert sizes == [3, 3, 1]


def test_an_item_that_conflicts_beside_a_taken_key_is_put_in_the_next_transaction(faults: Faults) -> None:
    reasons = [{"Code": "ConditionalCheckFailed"}, {"Code": "TransactionConflict"}, {"Code": "None"}]
    faults.first(error("TransactionCanceledException", CancellationReasons=reasons))
    assert insert_together(TABLE, [item(0), item(100), item(101)]) == {0}
    assert texts() | {"p100": "new", "p101": "new"} == texts()


def test_writes_are_in_batches_of_25_and_repeat_only_what_is_left(faults: Faults, pauses: list[float]) -> None:
    faults.first(kinds("BatchWriteItem")["half of the items"])
    write_all(TABLE, [{"PutRequest": {"Item": item(number)}} for number in range(100, 125)])
    sizes = [len(request.body["RequestItems"][TABLE.name]) for request in faults.requests]
    assert sizes == [25, 13]
    assert len(pauses) == 1
    write_all(TABLE, [])


def test_after_a_failed_write_what_was_done_stays(faults: Faults) -> None:
    faults.last(error("ThrottlingException"), passed=1)
    with little_time(), pytest.raises(Unavailable):
        write_all(TABLE, [{"PutRequest": {"Item": item(number)}} for number in range(100, 140)])
    faults.none()
    assert sum(text == "new" for text in texts().values()) in (15, 25)


def test_results_are_in_the_order_of_what_is_given(aws: object) -> None:
    started, lock = [0], threading.Lock()

    def work(number: int) -> int:
        with lock:
            started[0] += 1
        time.sleep(0.001 * (number % 3))
        return 2 * number

    assert in_parallel(work, range(40)) == [2 * number for number in range(40)]
    assert started == [40]


def test_an_error_of_one_is_raised_and_never_more_than_eight_run_at_once(aws: object) -> None:
    running, most, lock = [0], [0], threading.Lock()

    def work(number: int) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.002)
        with lock:
            running[0] -= 1
        if number == 5:
            raise LookupError(number)
        return number

    with pytest.raises(LookupError):
        in_parallel(work, range(30))
    assert 1 < most[0] <= batches.CALLS_AT_ONCE
