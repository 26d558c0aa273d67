"""Every operation works from the table when Redis is slow, silent or talks nonsense; and how long a copy lives."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from claims import list_top_providers
from payerworks import cache, log, redis_connection
from plans import create_plan, delete_plan, get_plan, patch_plan, replace_plan
from tests.unit.conftest import Call
from tests.unit.interleaving import before_call
from tests.unit.payerworks.fake_redis import FakeRedis, serving
from tests.unit.plans.plans import changed


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """The connections of these tests go to loopback; those to AWS never get as far as a socket."""


@pytest.fixture
def redis(aws: object, environment: Callable[..., None]) -> Iterator[FakeRedis]:
    log.taken_metrics()
    with serving() as server:
        environment(REDIS_URL=server.url)
        yield server
        connection = redis_connection.redis()
        assert connection is not None
        connection.close()


def counted(capsys: pytest.CaptureFixture[str], name: str) -> int:
    """How often something was counted in all lines."""
    lines = map(json.loads, capsys.readouterr().out.splitlines())
    return sum(line.get(name, 0) for line in lines)


@pytest.mark.parametrize(
    "behaviour",
    [
        {"delay": redis_connection.SLOW_SECONDS * 1.3},
        {"answers": [()]},
        {"answers": [()], "hangs_up": True},
        {"answers": [(b"-LOADING it is loading\r\n",)]},
        {"answers": [(b"what?\r\n",)]},
    ],
    ids=["slow", "silent", "hanging up", "loading", "nonsense"],
)
def test_every_operation_works_and_redis_is_soon_left_alone(
    call: Call, redis: FakeRedis, behaviour: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in behaviour.items():
        setattr(redis, name, value)
    created = call(create_plan.handler, "plans/create_plan")
    assert created["statusCode"] == 201
    assert call(get_plan.handler, "plans/get_plan")["body"] == created["body"]
    assert call(patch_plan.handler, "plans/patch_plan")["statusCode"] == 200
    assert call(replace_plan.handler, "plans/replace_plan")["statusCode"] == 200
    assert call(get_plan.handler, "plans/get_plan")["statusCode"] == 200
    assert call(delete_plan.handler, "plans/delete_plan")["statusCode"] == 200
    assert call(get_plan.handler, "plans/get_plan")["statusCode"] == 404
    assert len(redis.asked) <= redis_connection.SLOW_IN_A_ROW
    assert counted(capsys, "CacheFailures") > 0


def test_a_redis_that_dies_while_the_table_is_read_costs_the_copy_alone(call: Call, redis: FakeRedis) -> None:
    created = call(create_plan.handler, "plans/create_plan")
    log.taken_metrics()
    redis.answers = [(b"$-1\r\n",), ()]
    assert call(get_plan.handler, "plans/get_plan")["body"] == created["body"]
    assert [words[0] for words in redis.asked][-2:] == [b"GET", b"EVAL"]


def test_without_a_redis_nothing_is_counted(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    log.taken_metrics()
    call(create_plan.handler, "plans/create_plan")
    call(get_plan.handler, "plans/get_plan")
    assert "_aws" not in capsys.readouterr().out


class Clock:
    """The clock and the stopwatch of this process, which a test moves on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead, now, stopwatch = 0.0, time.time, time.monotonic
        monkeypatch.setattr(time, "time", lambda: now() + self._ahead)
        monkeypatch.setattr(time, "monotonic", lambda: stopwatch() + self._ahead)

    def move(self, seconds: float) -> None:
        self._ahead += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def lives(redis: FakeRedis, text: str) -> list[tuple[float, float]]:
    """How long each value that holds a text lives: seconds from its command, and seconds until its end by the clock."""
    fills = [
        words for words in redis.asked if words[1] == cache._PUT_UNLESS_NEWER.encode() and text.encode() in words[5]
    ]
    return [(int(words[6]) / 1000, int(words[7]) / 1000 - time.time()) for words in fills]


MERGE = {"Content-Type": "application/merge-patch+json"}
WRITES: list[tuple[Any, str, dict[str, Any]]] = [
    (create_plan.handler, "plans/create_plan", {}),
    (replace_plan.handler, "plans/replace_plan", {"body": changed(planType="replaced")}),
    (patch_plan.handler, "plans/patch_plan", {"headers": MERGE, "body": {"planType": "other"}}),
]


@pytest.mark.parametrize("number", range(3))
def test_the_copy_of_a_writer_lives_from_the_moment_before_its_commit(
    call: Call, redis: FakeRedis, clock: Clock, number: int
) -> None:
    for handler, event, changes in WRITES[:number]:
        call(handler, event, **changes)
    redis.asked.clear()
    handler, event, changes = WRITES[number]
    # Another version may be committed in these 28 seconds.
    with before_call("TransactWriteItems", lambda: clock.move(28)):
        assert call(handler, event, **changes)["statusCode"] in (200, 201)
    [(left, until)] = lives(redis, "planCostShares")
    assert 30 < left < 32.5
    assert 30 < until < 32.5


def test_the_copy_of_a_reader_lives_from_the_moment_before_its_reading(
    call: Call, redis: FakeRedis, clock: Clock
) -> None:
    call(create_plan.handler, "plans/create_plan")
    redis.asked.clear()
    redis.answers = [(b"$-1\r\n",), (b":1\r\n",)]
    with before_call("GetItem", lambda: clock.move(20)), before_call("Query", lambda: clock.move(20)):
        assert call(get_plan.handler, "plans/get_plan")["statusCode"] == 200
    [(left, until)] = lives(redis, "planCostShares")
    assert 18 < left < 20.5
    assert 18 < until < 20.5


def test_what_is_over_before_it_can_be_put_is_not_put(call: Call, redis: FakeRedis, clock: Clock) -> None:
    with before_call("TransactWriteItems", lambda: clock.move(61)):
        call(create_plan.handler, "plans/create_plan")
    assert lives(redis, "planCostShares") == []


def test_what_ends_this_very_moment_is_not_put(redis: FakeRedis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    for began in (939.0, 940.0, 940.002):
        cache.remember("acme#key", f"began {began}", 60, began)
    # Redis takes no time to live of 0.
    assert [left for left, _ in lives(redis, "began")] == [0.002]


def test_the_copy_of_the_top_totals_lives_from_the_moment_before_its_reading(
    call: Call, redis: FakeRedis, clock: Clock
) -> None:
    redis.answers = [(b"*3\r\n:1\r\n:9\r\n:60000\r\n",), (b"$-1\r\n",), (b":1\r\n",)]
    with before_call("Query", lambda: clock.move(3)):
        assert call(list_top_providers.handler, "claims/list_top_providers")["statusCode"] == 200
    [(left, until)] = lives(redis, "")
    assert 1 < left < 2.1
    assert 1 < until < 2.1
