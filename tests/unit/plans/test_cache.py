"""Every operation works from the table when Redis is slow, silent or talks nonsense."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from payerworks import log, redis_connection
from plans import create_plan, delete_plan, get_plan, patch_plan, replace_plan
from tests.unit.conftest import Call
from tests.unit.payerworks.fake_redis import FakeRedis, serving


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
