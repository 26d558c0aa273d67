"""The circuit breaker: a failed or slow Redis delays a few calls and is then left alone."""

import time
from collections.abc import Iterator

import pytest

from payerworks import redis_connection
from payerworks.redis_connection import RedisConnection, RedisDown
from tests.unit.payerworks.fake_redis import FakeRedis

SLOW = redis_connection.SLOW_SECONDS * 1.3
IN_A_ROW = redis_connection.SLOW_IN_A_ROW


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """Allow these tests to connect to loopback."""


@pytest.fixture
def connection(server: FakeRedis) -> Iterator[RedisConnection]:
    connection = RedisConnection(server.url)
    yield connection
    connection.close()


def test_a_redis_that_is_slow_several_times_in_a_row_is_left_alone(
    server: FakeRedis, connection: RedisConnection, caplog: pytest.LogCaptureFixture
) -> None:
    server.delay = SLOW
    assert [connection.call("PING") for _ in range(IN_A_ROW)] == [b"OK"] * IN_A_ROW
    with pytest.raises(RedisDown):
        connection.call("PING")
    assert len(server.asked) == IN_A_ROW
    assert [record.message for record in caplog.records] == ["redis is slow"]


def test_a_fast_answer_between_slow_ones_lets_it_go_on(server: FakeRedis, connection: RedisConnection) -> None:
    for _ in range(2):
        server.delay = SLOW
        for _ in range(IN_A_ROW - 1):
            connection.call("PING")
        server.delay = 0
        assert connection.call("PING") == b"OK"


def test_after_its_rest_one_slow_answer_is_enough(
    server: FakeRedis, connection: RedisConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.delay = SLOW
    for _ in range(IN_A_ROW):
        connection.call("PING")
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + redis_connection.REST_SECONDS)
    assert connection.call("PING") == b"OK"
    with pytest.raises(RedisDown):
        connection.call("PING")


def test_an_answer_that_comes_in_drops_has_no_more_time_than_another(
    server: FakeRedis, connection: RedisConnection
) -> None:
    server.answers = [tuple(bytes([byte]) for byte in b"$20\r\n" + b"x" * 20 + b"\r\n")]
    server.delay = 0.05
    with pytest.raises(RedisDown):
        connection.call("GET", "key")


def test_a_connection_that_was_closed_meanwhile_is_made_again_at_once(
    server: FakeRedis, connection: RedisConnection
) -> None:
    server.hangs_up = True
    assert connection.call("PING") == b"OK"
    assert connection.call("PING") == b"OK"


def test_a_redis_that_fails_costs_one_time_out_and_then_nothing(
    server: FakeRedis, connection: RedisConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers = [()]
    with pytest.raises(RedisDown):
        connection.call("PING")

    def refuse(*_: object) -> None:
        raise AssertionError("tried again at once")

    monkeypatch.setattr("socket.create_connection", refuse)
    with pytest.raises(RedisDown):
        connection.call("PING")
