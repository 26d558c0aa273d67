"""Calls of DynamoDB: what passes is tried again, what lasts is Unavailable, what is wrong is raised."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from payerworks import dynamodb
from payerworks.aws import session
from payerworks.dynamodb import ConditionFailed, Item, Table, call, transact, tries
from payerworks.errors import Unavailable
from payerworks.settings import settings
from tests.unit.clock import Clock
from tests.unit.dynamodb_faults import (
    Faults,
    cancelled,
    check_lasting_faults,
    done_and_lost,
    error,
    injected,
    kept_tables,
    kinds,
    lasting,
    little_time,
    put_back,
    stored,
)

TABLE = Table("plans")
Method = Callable[[], object]


def item(sk: str, **attributes: str) -> Item:
    return {"pk": {"S": "p"}, "sk": {"S": sk}} | {name: {"S": text} for name, text in attributes.items()}


ONE = {":one": {"S": "1"}}
OF_P = {":p": {"S": "p"}}
METHODS: dict[str, tuple[str, Method]] = {
    "get": ("GetItem", lambda: TABLE.get(item("a"))),
    "query": ("Query", lambda: list(TABLE.query("pk = :p", OF_P, Limit=1))),
    "query_pages": ("Query", lambda: [page["Items"] for page in TABLE.query_pages("pk = :p", OF_P, Limit=1)]),
    "pages": ("Scan", lambda: [page["Items"] for page in TABLE.pages("scan", Limit=1)]),
    "put": ("PutItem", lambda: TABLE.put(item("c"))),
    "put_if": ("PutItem", lambda: TABLE.put_if("attribute_not_exists(pk)", item("c"))),
    "update": ("UpdateItem", lambda: TABLE.update(item("a"), "SET x = :one", ONE)),
    "update_if": ("UpdateItem", lambda: TABLE.update_if("x = :one", item("a"), "SET y = :one", ONE)),
    "delete": ("DeleteItem", lambda: TABLE.delete(item("a"))),
    "transact": (
        "TransactWriteItems",
        lambda: transact(
            [
                TABLE.put_part(item("c"), "attribute_not_exists(pk)"),
                TABLE.update_part(item("a"), "SET y = :one", ONE),
                TABLE.delete_part(item("b"), "attribute_exists(pk)"),
            ]
        ),
    ),
}
every_method = pytest.mark.parametrize("name", METHODS)


@pytest.fixture
def faults(aws: object) -> Iterator[Faults]:
    TABLE.put(item("a", x="1"))
    TABLE.put(item("b", x="2"))
    with injected() as found:
        yield found


def test_every_method_that_calls_is_driven() -> None:
    public = {name for name in vars(Table) if not name.startswith("_")}
    makes_no_call = {"name", "put_part", "update_part", "delete_part", "check_part"}
    assert public - makes_no_call == METHODS.keys() - {"transact"}


@every_method
def test_a_call_that_fails_in_every_kind_first_gives_and_does_the_same(
    faults: Faults, pauses: list[float], name: str
) -> None:
    operation, method = METHODS[name]
    before = kept_tables()
    expected, there = method(), stored()
    put_back(before)
    faults.each()
    assert (method(), stored()) == (expected, there)
    assert {request.operation for request in faults.requests} == {operation}
    assert len(pauses) >= len(kinds(operation))


@every_method
def test_a_fault_that_lasts_is_503_with_retry_after(faults: Faults, name: str) -> None:
    operation, method = METHODS[name]
    check_lasting_faults(faults, operation, method)


@every_method
@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"])
def test_another_error_is_raised_at_once_and_unchanged(
    faults: Faults, pauses: list[float], name: str, code: str
) -> None:
    faults.last(error(code))
    with pytest.raises(ClientError) as raised:
        METHODS[name][1]()
    assert raised.value.response["Error"] == {"Code": code, "Message": code}
    assert (len(faults.requests), pauses) == (1, [])


def test_a_transaction_cancelled_for_good_is_raised_at_once_and_unchanged(faults: Faults, pauses: list[float]) -> None:
    faults.last(cancelled("ValidationError"))
    with pytest.raises(ClientError) as raised:
        METHODS["transact"][1]()
    assert raised.value.response["CancellationReasons"][-1]["Code"] == "ValidationError"
    assert (len(faults.requests), pauses) == (1, [])


def test_a_condition_that_fails_gives_the_item_as_it_is(faults: Faults, pauses: list[float]) -> None:
    with pytest.raises(ConditionFailed) as raised:
        TABLE.put(item("a", x="3"), "attribute_not_exists(pk)")
    assert (raised.value.item, raised.value.reasons) == (item("a", x="1"), ())
    with pytest.raises(ConditionFailed) as raised:
        TABLE.update(item("none"), "SET y = :one", ONE, "x = :one")
    assert raised.value.item is None
    assert TABLE.put_if("attribute_not_exists(pk)", item("a")) is False
    assert TABLE.update_if("y = :one", item("a"), "SET x = :one", ONE) is False
    assert (len(faults.requests), pauses) == (4, [])


def test_a_transaction_whose_condition_fails_gives_the_reasons(faults: Faults, pauses: list[float]) -> None:
    parts = [TABLE.put_part(item(sk), "attribute_not_exists(pk)") for sk in ("c", "a", "d")]
    with pytest.raises(ConditionFailed) as raised:
        transact(parts)
    assert (raised.value.item, list(raised.value.reasons)) == (None, ["None", "ConditionalCheckFailed", "None"])
    assert pauses == []
    assert TABLE.get(item("c")) is None


def test_a_condition_that_fails_beside_a_conflict_is_not_waited_out(faults: Faults, pauses: list[float]) -> None:
    reasons = [{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed"}, {"Code": "None"}]
    faults.last(error("TransactionCanceledException", CancellationReasons=reasons))
    with pytest.raises(ConditionFailed) as raised:
        METHODS["transact"][1]()
    assert raised.value.reasons == ["TransactionConflict", "ConditionalCheckFailed", "None"]
    assert (len(faults.requests), pauses) == (1, [])


def test_all_tries_of_a_transaction_have_one_token_and_each_transaction_its_own(
    faults: Faults, pauses: list[float]
) -> None:
    faults.first(kinds("TransactWriteItems")["done, no answer"], error("ThrottlingException"))
    METHODS["transact"][1]()  # it is done already, and not refused
    tokens = [request.body["ClientRequestToken"] for request in faults.requests]
    assert (len(tokens), len(set(tokens))) == (2, 1)
    transact([TABLE.put_part(item("d"))])
    assert faults.requests[-1].body["ClientRequestToken"] not in tokens


def test_a_put_that_was_done_without_an_answer_is_not_refused(faults: Faults, pauses: list[float]) -> None:
    faults.first(done_and_lost("PutItem"))
    TABLE.put(item("c", x="3"), "attribute_not_exists(pk)")
    faults.first(done_and_lost("PutItem"))
    assert TABLE.put_if("x = :one", item("a", x="2"), ONE) is True


def test_a_put_that_finds_another_item_after_no_answer_is_refused(faults: Faults, pauses: list[float]) -> None:
    faults.first(kinds("PutItem")["no answer"], kinds("PutItem")["server error"])
    with pytest.raises(ConditionFailed) as raised:
        TABLE.put(item("a", x="3"), "attribute_not_exists(pk)")
    assert raised.value.item == item("a", x="1")


@pytest.mark.parametrize("kind", ["no answer", "server error"])
def test_an_update_that_fails_after_no_answer_may_have_been_done(
    faults: Faults, pauses: list[float], kind: str
) -> None:
    change = "SET x = :two"
    values = ONE | {":two": {"S": "2"}}
    faults.first(done_and_lost("UpdateItem", kinds("UpdateItem")[kind]))
    with pytest.raises(Unavailable):
        TABLE.update_if("x = :one", item("a"), change, values)
    assert TABLE.get(item("a")) == item("a", x="2")
    faults.first(error("ThrottlingException"))  # an answer: it was not done
    assert TABLE.update_if("x = :one", item("a"), change, values) is False


@pytest.mark.parametrize("kind", ["no answer", "server error"])
@pytest.mark.parametrize("later", ["", "SET y = :one"])
def test_an_update_that_knows_its_own_write_is_not_refused_after_a_lost_answer(
    faults: Faults, pauses: list[float], kind: str, later: str
) -> None:
    values = ONE | {":two": {"S": "2"}}

    def lose_the_answer(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if later:  # another changes the item before the next try
            plain.update_item(**body | {"UpdateExpression": later, "ConditionExpression": "x = :two"})
        return kinds("UpdateItem")[kind](body)

    plain = session().create_client("dynamodb")
    for update in (TABLE.update, TABLE.update_if):
        TABLE.put(item("a", x="1"))
        faults.first(done_and_lost("UpdateItem", lose_the_answer))
        arguments = {"key": item("a"), "change": "SET x = :two", "values": values, "condition": "x = :one"}
        answer = update(**arguments, is_done=lambda found: found["x"] == {"S": "2"})
        assert answer == (True if update == TABLE.update_if else TABLE.get(item("a")))


def test_an_update_that_does_not_find_its_own_write_after_no_answer_is_refused(
    faults: Faults, pauses: list[float]
) -> None:
    faults.first(kinds("UpdateItem")["no answer"])
    with pytest.raises(ConditionFailed) as raised:
        TABLE.update(item("b"), "SET y = :one", ONE, "x = :one", is_done=lambda found: "y" in found)
    assert raised.value.item == item("b", x="2")
    faults.first(kinds("UpdateItem")["no answer"])
    assert TABLE.update_if("x = :one", item("none"), "SET y = :one", ONE, is_done=lambda found: True) is False


def test_an_update_that_was_refused_at_once_is_not_taken_for_its_own_write(faults: Faults, pauses: list[float]) -> None:
    assert TABLE.update_if("x = :one", item("b"), "SET y = :one", ONE, is_done=lambda found: True) is False


def test_a_call_that_is_made_once_is_not_repeated(faults: Faults, pauses: list[float]) -> None:
    calls: dict[str, Method] = {
        "TransactWriteItems": lambda: transact([TABLE.put_part(item("c"))], once=True),
        "GetItem": lambda: call("get_item", once=True, TableName=TABLE.name, Key=item("a")),
    }
    for operation, made in calls.items():
        for fault in lasting(operation).values():
            faults.last(fault)
            with pytest.raises(Unavailable):
                made()
            assert (len(faults.requests), pauses) == (1, [])


def test_botocore_itself_repeats_nothing(faults: Faults) -> None:
    faults.last(error("InternalServerError", status=500))
    with pytest.raises(Unavailable):
        call("get_item", once=True, TableName=settings().tables["plans"], Key=item("a"))
    assert len(faults.requests) == 1


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_retries_end_in_time_for_an_answer_before_the_invocation_ends(faults: Faults, clock: Clock) -> None:
    faults.last(error("ThrottlingException"))
    with little_time(retry_seconds=3), pytest.raises(Unavailable):
        TABLE.get(item("a"))
    assert 1.9 < sum(clock.pauses) < 3
    assert len(faults.requests) == len(clock.pauses) + 1


def test_retries_end_after_some_seconds_where_an_invocation_has_more(faults: Faults, clock: Clock) -> None:
    faults.last(error("ThrottlingException"))
    with little_time(retry_seconds=60), pytest.raises(Unavailable):
        TABLE.get(item("a"))
    assert dynamodb.RETRY_SECONDS - dynamodb.LONGEST_PAUSE <= sum(clock.pauses) < dynamodb.RETRY_SECONDS


def test_retries_end_after_some_seconds_outside_of_an_invocation(faults: Faults, clock: Clock) -> None:
    faults.last(error("ThrottlingException"))
    with pytest.raises(Unavailable):
        TABLE.get(item("a"))
    assert dynamodb.RETRY_SECONDS - dynamodb.LONGEST_PAUSE <= sum(clock.pauses) < dynamodb.RETRY_SECONDS


def test_a_call_is_made_even_when_no_time_is_left_for_another(faults: Faults, clock: Clock) -> None:
    with little_time(retry_seconds=-1):
        assert TABLE.get(item("a")) == item("a", x="1")
        faults.last(error("ThrottlingException"))
        with pytest.raises(Unavailable):
            TABLE.get(item("a"))
    assert (len(faults.requests), clock.pauses) == (1, [])


def test_pauses_are_jittered_and_grow_up_to_a_second(clock: Clock) -> None:
    runs: list[list[float]] = []
    for _ in range(200):
        clock.pauses.clear()
        list(tries(first_pause=0.02))
        runs.append(clock.pauses[:8])
    for number, most in enumerate([0.04, 0.08, 0.16, 0.32, 0.64, 1, 1, 1]):
        pauses = [run[number] for run in runs]
        assert max(pauses) <= most
        assert len(set(pauses)) == len(pauses)
        assert 0.35 * most < sum(pauses) / len(pauses) < 0.65 * most


def test_a_table_is_the_one_that_the_setting_names(aws: Any, environment: Callable[..., None]) -> None:
    environment(PLANS_TABLE="another")
    assert TABLE.name == "another"
    assert TABLE.put_part(item("a"))["Put"]["TableName"] == "another"
