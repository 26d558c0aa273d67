"""Orders of events that could make a total wrong: recounts beside accruals, late requests, crashes, a slow table."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from claims import on_totals_due, recount_totals, void_claim
from claims.claim.status import MOVES
from claims.totals import accrual, rebuild
from claims.totals.provider_totals import rank
from payerworks.aws import client
from payerworks.dynamodb import MARGIN_SECONDS
from payerworks.errors import Unavailable
from payerworks.settings import settings
from tests.unit.claims.conftest import Feed, batch, count
from tests.unit.claims.interleaving import answers_changed, before
from tests.unit.claims.saga import Killed, Saga, dying_before, failing
from tests.unit.claims.totals import NPIS, post, totals
from tests.unit.clock import Clock
from tests.unit.conftest import NEARLY_OVER, ROOT, Call
from tests.unit.dynamodb_faults import done_and_lost, injected
from tests.unit.template import load

SETTING = "claim_count"
"""What the call that sets a total has, beside transactions."""
HOLDING = '"SET held'


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Move the clock on by seconds, beyond the end of every hold."""
    time_ns = time.time_ns

    def move(seconds: float) -> None:
        monkeypatch.setattr(time, "time_ns", lambda: time_ns() + int(seconds * 10**9))

    return move


def recount(context: object = None) -> dict[str, Any]:
    """Run all slices; returns the last answer."""
    event: dict[str, Any] = {}
    while True:
        event = recount_totals.handler(event, context)
        if event["after"] is None:
            return event


def void(call: Call, claim_id: str) -> None:
    assert call(void_claim.handler, "claims/void_claim", path={"id": claim_id})["statusCode"] == 200


def items_of(prefix: str) -> list[dict[str, Any]]:
    """The items of the table whose sort key begins with a text."""
    items = client("dynamodb").scan(TableName=settings().tables["claims"])["Items"]
    return [item for item in items if item["sk"]["S"].startswith(prefix)]


def put(item: dict[str, Any]) -> None:
    client("dynamodb").put_item(TableName=settings().tables["claims"], Item=item)


# A recount beside accruals.


@pytest.mark.parametrize("holding", [HOLDING, SETTING])
def test_a_recount_waits_for_a_transaction_in_flight(call: Call, feed: Feed, holding: str) -> None:
    post(call, (NPIS[0], 10))
    count(*feed.published())
    code = "TransactionConflictException"
    with failing("dynamodb", "UpdateItem", holding=holding, code=code, times=2):
        recount()
    assert totals(call) == [(NPIS[0], "10.00", 1)]


def test_claims_of_one_provider_wait_for_a_transaction_in_flight(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10), (NPIS[1], 20))
    with failing("dynamodb", "TransactWriteItems", code="TransactionConflictException", times=2):
        assert count(*feed.published()) == []
    assert sorted(totals(call)) == sorted([(NPIS[0], "10.00", 1), (NPIS[1], "20.00", 1)])


@pytest.mark.parametrize(
    ("operation", "holding"),
    [("UpdateItem", NPIS[1]), ("Query", NPIS[1]), ("UpdateItem", SETTING)],
    ids=["held", "added up", "set"],
)
def test_a_slice_that_fails_half_way_holds_no_total(call: Call, feed: Feed, operation: str, holding: str) -> None:
    post(call, *((npi, 10) for npi in NPIS))
    messages = feed.published()
    count(*messages[:2])
    code = "TransactionConflictException"
    with failing("dynamodb", operation, holding=holding, code=code, times=10**6), pytest.raises(Unavailable):
        recount(NEARLY_OVER)
    assert count(*messages) == []
    assert totals(call) == [(npi, "10.00", 1) for npi in sorted(NPIS)]


def test_an_index_that_is_late_makes_no_total_wrong(call: Call, feed: Feed) -> None:
    ids = post(call, (NPIS[0], 10), (NPIS[0], 20))
    count(*feed.published())

    def without_second(body: str, answer: dict[str, Any]) -> None:
        if "IndexName" in body:
            answer["Items"] = [item for item in answer["Items"] if ids[1] not in item["pk"]["S"]]

    with answers_changed("Query", without_second):
        recount()
    assert totals(call) == [(NPIS[0], "30.00", 2)]
    void(call, ids[1])
    count(*feed.published())
    assert totals(call) == [(NPIS[0], "10.00", 1)]


def test_a_sum_is_not_stored_over_an_accrual_after_the_hold_has_ended(
    call: Call, feed: Feed, pass_time: Callable[[float], None]
) -> None:
    post(call, (NPIS[0], 10), (NPIS[0], 20))
    first, second = feed.published()
    count(first)

    def accrue_after_the_hold() -> None:
        pass_time(3600)
        assert count(second) == []

    with before("UpdateItem", accrue_after_the_hold, holding=SETTING), contextlib.suppress(Unavailable):
        recount()
    assert totals(call) == [(NPIS[0], "30.00", 2)]


def test_a_hold_that_arrives_again_late_does_not_revive_an_old_sum(
    call: Call, feed: Feed, pass_time: Callable[[float], None]
) -> None:
    post(call, (NPIS[0], 10), (NPIS[0], 20))
    first, second = feed.published()
    count(first)

    def accrue_and_hold_again() -> None:
        pass_time(3600)
        assert count(second) == []
        client("dynamodb").update_item(**json.loads(holds[0]))

    with (
        before("UpdateItem", lambda: None, holding=HOLDING) as holds,
        before("UpdateItem", accrue_and_hold_again, holding=SETTING),
        contextlib.suppress(Unavailable),
    ):
        recount()
    assert totals(call) == [(NPIS[0], "30.00", 2)]


def test_a_total_set_late_again_does_not_overwrite_an_accrual(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10), (NPIS[0], 20))
    first, second = feed.published()
    count(first)
    with before("UpdateItem", lambda: None, holding=SETTING) as sets:
        recount_totals.handler({}, None)
    count(second)
    with pytest.raises(client("dynamodb").exceptions.ConditionalCheckFailedException):
        client("dynamodb").update_item(**json.loads(sets[0]))
    assert totals(call) == [(NPIS[0], "30.00", 2)]


def test_a_total_that_was_set_without_an_answer_is_set(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10))
    count(*feed.published())
    with injected() as faults:
        faults.at("UpdateItem", 1, done_and_lost("UpdateItem"))  # after the hold
        assert recount()["providers"] == 1
    assert totals(call) == [(NPIS[0], "10.00", 1)]


def test_a_transaction_that_a_query_sees_in_part_is_waited_for(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10), (NPIS[0], 20))
    count(*feed.published())
    left = ["20", "20"]

    def not_yet(_: str, answer: dict[str, Any]) -> None:
        for item in [item for item in answer["Items"] if left and item.get("net_fee", {}).get("N") == "2000"]:
            left.pop()
            answer["Items"].remove(item)

    with answers_changed("Query", not_yet):
        assert recount()["corrected"] == 0
    assert left == []
    assert totals(call) == [(NPIS[0], "30.00", 2)]


def test_a_wrong_total_is_added_up_a_few_times_and_then_corrected(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10))
    count(*feed.published())
    [total] = items_of("TOTAL")
    put(total | {"total_rank": {"N": str(rank(7, NPIS[0]))}})
    with before("Query", lambda: None) as queries:
        assert recount()["corrected"] == 1
    assert len(queries) == 8 * rebuild.SUMS
    assert all('"ConsistentRead": true' in query and "IndexName" not in query for query in queries)
    assert totals(call) == [(NPIS[0], "10.00", 1)]


def test_of_two_recounts_at_a_time_the_one_that_was_overtaken_stores_nothing(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10))
    count(*feed.published())
    with before("UpdateItem", recount, holding=SETTING), pytest.raises(Unavailable):
        recount()
    assert totals(call) == [(NPIS[0], "10.00", 1)]


def test_a_recount_that_is_killed_anywhere_delays_accrual_and_changes_no_total(
    call: Call, feed: Feed, pass_time: Callable[[float], None]
) -> None:
    post(call, (NPIS[0], 10), (NPIS[0], 20))
    messages = feed.published()
    count(messages[0])
    calls = 0
    while True:
        pass_time(3600 * calls)
        try:
            with dying_before(calls):
                recount()
        except Killed:
            assert totals(call) in ([(NPIS[0], "10.00", 1)], [(NPIS[0], "30.00", 2)])
            calls += 1
        else:
            break
    assert calls > 10
    assert count(*messages) == []
    assert totals(call) == [(NPIS[0], "30.00", 2)]


def test_a_killed_recount_lets_accrual_go_on_after_two_minutes(
    call: Call, feed: Feed, pass_time: Callable[[float], None]
) -> None:
    post(call, (NPIS[0], 10))
    messages = feed.published()
    with dying_before(2), pytest.raises(Killed):  # after the scan and the hold
        recount()
    assert count(*messages) == ["0"]
    pass_time(121)
    assert count(*messages) == []
    [total] = items_of("TOTAL")
    assert not total.keys() & {"held_by", "held_until"}
    assert totals(call) == [(NPIS[0], "10.00", 1)]


# Accruals beside each other and beside changes of their claims.


def test_an_accrual_that_read_the_claim_before_it_was_void_is_refused(call: Call, feed: Feed) -> None:
    [claim_id] = post(call, (NPIS[0], 10))
    [created] = feed.published()

    def void_and_accrue() -> None:
        void(call, claim_id)
        assert count(*feed.published()) == []

    with before("TransactWriteItems", void_and_accrue):
        assert count(created) == []
    assert totals(call) == []
    assert recount()["corrected"] == 0


def test_an_accrual_that_reads_a_share_newer_than_its_claim_leaves_it(call: Call, feed: Feed) -> None:
    [claim_id] = post(call, (NPIS[0], 10))
    [created] = feed.published()
    count(created)

    def void_and_accrue() -> None:
        void(call, claim_id)
        assert count(*feed.published()) == []

    with before("BatchGetItem", void_and_accrue, holding="SHARE#"):
        assert count(created) == []
    assert totals(call) == []


def test_a_transaction_that_arrives_late_changes_nothing(call: Call, feed: Feed) -> None:
    ids = post(call, (NPIS[0], 10), (NPIS[0], 20))
    with before("TransactWriteItems", lambda: None) as transactions:
        count(*feed.published())
        void(call, ids[0])
        count(*feed.published())
    assert len(transactions) > 1
    for transaction in transactions:
        with pytest.raises(client("dynamodb").exceptions.TransactionCanceledException):
            client("dynamodb").transact_write_items(**json.loads(transaction))
    assert totals(call) == [(NPIS[0], "20.00", 1)]


def test_an_accrual_writes_no_claim(call: Call, feed: Feed) -> None:
    post(call, (NPIS[0], 10), (NPIS[1], 20))
    stored = items_of("CLAIM")
    count(*feed.published())
    assert items_of("CLAIM") == stored
    changes = [record["dynamodb"]["NewImage"]["sk"]["S"] for record in feed.records()]
    assert changes.count("CLAIM") == 2


def test_a_change_that_leaves_the_amount_writes_nothing(call: Call, feed: Feed) -> None:
    [claim_id] = post(call, (NPIS[0], 10))
    count(*feed.published())
    feed.change(claim_id, status="processed")
    with before("TransactWriteItems", lambda: None) as transactions:
        assert count(*feed.published()) == []
    assert transactions == []


def test_no_amount_returns_once_a_claim_has_left_it() -> None:
    # accrual.py relies on it where it writes nothing.
    assert not any("void" in move.sources for move in MOVES.values())


def test_the_end_of_a_wait_is_not_published_again(call: Call, feed: Feed, saga: Saga) -> None:
    claim_id = saga.claim(subscriber="REFUSE")
    saga.pay(claim_id)
    saga.finish()
    void(call, claim_id)
    published = feed.published()
    put(items_of("CLAIM")[0] | {"overdue_at": {"S": "2026-01-01T00:00:00.000+00:00"}, "overdue_shard": {"S": "0"}})
    again = len(feed.published()) - len(published)
    saga.look_for_overdue()
    assert saga.payment(claim_id).overdue_at is None
    assert len(feed.published()) == len(published) + again


# What a recount repairs.


@pytest.mark.parametrize("accrued_before", [False, True])
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_totals_of_claims_that_have_no_shares_are_built_by_a_recount(
    call: Call, feed: Feed, monkeypatch: pytest.MonkeyPatch, accrued_before: bool, size: int
) -> None:
    monkeypatch.setattr(recount_totals, "SLICE", size)
    ids = post(call, (NPIS[0], 10), (NPIS[0], 20), (NPIS[0], 40))
    messages = feed.published()
    void(call, ids[2])
    key = {"pk": {"S": f"acme#NPI#{NPIS[0]}"}, "sk": {"S": "TOTAL"}}
    number = {"total_rank": {"N": str(rank(7000, NPIS[0]))}, "claim_count": {"N": "3"}}
    put(key | number | {"total_shard": {"S": "acme#0"}})
    if accrued_before:
        count(*messages)
    recount()
    assert totals(call) == [(NPIS[0], "30.00", 2)]
    assert count(*feed.published()) == []
    assert totals(call) == [(NPIS[0], "30.00", 2)]


@pytest.mark.parametrize(
    "damage", [{"net_fee": "7", "version": "1"}, {"net_fee": "7", "version": "0"}, {"version": "1"}, {}]
)
def test_a_share_that_is_wrong_or_lost_is_repaired_once(call: Call, feed: Feed, damage: dict[str, str]) -> None:
    post(call, (NPIS[0], 10), (NPIS[0], 20))
    count(*feed.published())
    key = {name: items_of("SHARE#")[0][name] for name in ("pk", "sk")}
    client("dynamodb").delete_item(TableName=settings().tables["claims"], Key=key)
    if damage:
        put(key | {name: {"N": number} for name, number in damage.items()})
    with before("TransactWriteItems", recount) as repairs:
        recount()
    assert len(repairs) > 1
    assert totals(call) == [(NPIS[0], "30.00", 2)]
    assert recount()["corrected"] == 0


# A table that is slow.


@contextlib.contextmanager
def slow(clock: Clock, operation: str, *, hangs: bool) -> Iterator[None]:
    """Each call of an operation takes ten seconds, and is answered or not."""

    def wait(**_: Any) -> None:
        clock.hang(10)
        if hangs:
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

    name, events = f"before-call.dynamodb.{operation}", client("dynamodb").meta.events
    events.register_first(name, wait)
    try:
        yield
    finally:
        events.unregister(name, wait)


def test_a_first_batch_has_the_time_that_slow_calls_take(aws: object) -> None:
    config = client("dynamodb").meta.config
    assert config.connect_timeout + config.read_timeout <= accrual.CALL_SECONDS
    timeout = load(ROOT / "template.yaml")["Resources"]["OnTotalsDue"]["Properties"]["Timeout"]
    assert timeout > 3 * accrual.CALL_SECONDS + 2 * MARGIN_SECONDS


@pytest.mark.parametrize(
    ("operation", "hangs", "limits"),
    [
        ("TransactWriteItems", True, {}),
        ("BatchGetItem", True, {}),
        ("TransactWriteItems", False, {"READ_BATCH": 5}),
        ("TransactWriteItems", False, {"TRANSACTION_ITEMS": 2}),
        ("BatchGetItem", False, {"READ_BATCH": 5}),
    ],
    ids=["transactions hang", "reads hang", "slow batches", "slow transactions", "slow reads"],
)
@pytest.mark.parametrize("accrued_before", [False, True])
def test_a_slow_table_is_reported_while_there_is_time(
    call: Call,
    feed: Feed,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    hangs: bool,
    limits: dict[str, int],
    accrued_before: bool,
) -> None:
    for name, limit in limits.items():
        monkeypatch.setattr(accrual, name, limit)
    post(call, *((f"1{number:09}", 10) for number in range(20)))
    messages = [{"claims": feed.published()}] * 2
    if accrued_before:
        count(*messages)
    clock = Clock(monkeypatch)
    began = clock.now
    with slow(clock, operation, hangs=hangs):
        failures = on_totals_due.handler(batch(*messages), clock.invocation(60))["batchItemFailures"]
    assert clock.now - began <= 58
    unaffected = accrued_before and operation == "TransactWriteItems"
    assert len(failures) == (0 if unaffected else 2)
    assert on_totals_due.handler(batch(*messages), clock.invocation(60)) == {"batchItemFailures": []}
    assert {total[1:] for total in totals(call, query={"limit": "100"})} == {("10.00", 1)}
