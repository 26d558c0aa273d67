"""The copy of a plan in Redis, by the handlers themselves in this process."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import redis as redis_client

from localstack.deployed import aws_client
from payerworks import cache, redis_connection
from tests.integration.conftest import Api
from tests.integration.plans.conftest import indexed, path, until


@pytest.fixture
def valkey(stack: dict[str, Any]) -> Iterator[redis_client.Redis]:
    with redis_client.Redis.from_url(stack["redis_url"]) as client:
        yield client


def test_nothing_older_than_the_fence_or_the_copy_is_ever_put(here: None) -> None:
    key = "test#cache#1"
    cache.fill(key, 1, '"1-a"', "one")
    assert cache.read(key) == ('"1-a"', b"one")
    cache.fence(key, 2)
    assert cache.read(key) is None
    cache.fill(key, 1, '"1-a"', "one")
    assert cache.read(key) is None
    cache.fill(key, 2, '"2-b"', "two\nlines")
    assert cache.read(key) == ('"2-b"', b"two\nlines")
    cache.fence(key, 1)
    cache.fill(key, 1, '"1-a"', "one")
    assert cache.read(key) == ('"2-b"', b"two\nlines")


def test_the_feed_takes_out_what_a_writer_without_redis_left_there(
    api: Api, stack: dict[str, Any], stored: dict[str, Any], valkey: redis_client.Redis
) -> None:
    key = f"main#plan#{stored['objectId']}"
    old = valkey.get(key)
    assert isinstance(old, bytes)
    assert api.call("PATCH", path(stored), {"planType": "new"}).status == 200
    indexed(api, stored | {"planType": "new"})
    valkey.set(key, old)
    assert api.get(path(stored)).json() == stored
    message = json.dumps({"tenant": "main", "objectId": stored["objectId"], "version": 2})
    aws_client(stack, "sqs").send_message(QueueUrl=stack["queues"]["SearchIndex"], MessageBody=message)
    read = until(lambda: api.get(path(stored)), lambda answer: answer.json()["planType"] == "new")
    assert read.json()["planType"] == "new"


def test_a_copy_lives_60_seconds_from_when_its_reading_began(here: None, valkey: redis_client.Redis) -> None:
    import time

    key = "test#cache#2"
    cache.fill(key, 1, '"1-a"', "one", read_at=time.monotonic() - 50)
    assert 9_000 < int(valkey.pttl(key)) <= 10_000
    cache.fill("test#cache#3", 1, '"1-a"', "one", read_at=time.monotonic() - 61)
    assert cache.read("test#cache#3") is None


def test_a_redis_that_fails_costs_one_time_out_and_then_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = redis_connection.RedisConnection("redis://127.0.0.1:1")
    with pytest.raises(redis_connection.RedisDown):
        connection.call("PING")

    def refuse(*_: object) -> None:
        raise AssertionError("tried again at once")

    monkeypatch.setattr("socket.create_connection", refuse)
    with pytest.raises(redis_connection.RedisDown):
        connection.call("PING")
