"""The copy of a plan in Redis, by the handlers themselves in this process."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis as redis_client

from localstack.deployed import aws_client
from payerworks import cache, log
from tests.integration.conftest import Api
from tests.integration.plans.conftest import indexed, path, until


@pytest.fixture
def valkey(stack: dict[str, Any]) -> Iterator[redis_client.Redis]:
    with redis_client.Redis.from_url(stack["redis_url"]) as client:
        for key in client.scan_iter("test#cache#*"):
            client.delete(key)
        yield client


def copy(version: int, text: str = "text") -> cache.Copy:
    return cache.Copy(version, f'"{version}-a"', text)


CACHE = cache.Cache("cache")
"""Its keys are `test#cache#…`: the resources of a tenant `test`."""


def read(name: str) -> cache.Copy | None:
    return CACHE.read("test", name)


def fill(name: str, filled: cache.Copy, seconds_ago: float = 0) -> None:
    CACHE.fill("test", name, filled, time.monotonic() - seconds_ago)


def test_nothing_older_than_the_fence_or_the_copy_is_ever_put(here: None, valkey: redis_client.Redis) -> None:
    fill("1", copy(1))
    assert read("1") == copy(1)
    CACHE.fence("test", "1", 2)
    assert read("1") is None
    fill("1", copy(1))
    assert read("1") is None
    fill("1", copy(2, "two\nlines, ä"))
    assert read("1") == copy(2, "two\nlines, ä")
    CACHE.fence("test", "1", 1)
    fill("1", copy(1))
    assert read("1") == copy(2, "two\nlines, ä")


def test_the_feed_takes_out_what_a_writer_without_redis_left_there(
    api: Api, stack: dict[str, Any], stored: dict[str, Any], valkey: redis_client.Redis
) -> None:
    key = f"main#plan#{stored['objectId']}"
    old = valkey.get(key)
    assert isinstance(old, bytes)
    # So that the message of the creation does not index the change, whose own message would then come late.
    indexed(api, stored)
    assert api.call("PATCH", path(stored), {"planType": "new"}).status == 200
    indexed(api, stored | {"planType": "new"})
    valkey.set(key, old)
    assert api.get(path(stored)).json() == stored
    message = {"tenant": "main", "objectId": stored["objectId"], "version": 2, "at": "2026-11-21T12:00:00.000+00:00"}
    aws_client(stack, "sqs").send_message(QueueUrl=stack["queues"]["SearchIndex"], MessageBody=json.dumps(message))
    found = until(lambda: api.get(path(stored)), lambda answer: answer.json()["planType"] == "new")
    assert found.json()["planType"] == "new"


def test_a_copy_lives_60_seconds_from_when_its_reading_began(here: None, valkey: redis_client.Redis) -> None:
    fill("2", copy(1), seconds_ago=50)
    assert 9_000 < int(valkey.pttl("test#cache#2")) <= 10_000
    fill("3", copy(1), seconds_ago=61)
    assert read("3") is None


def test_a_text_is_remembered_for_some_seconds(here: None, valkey: redis_client.Redis) -> None:
    key = "test#cache#text"
    assert cache.recall(key) is None
    cache.remember(key, "ä\n", 5, time.monotonic())
    assert cache.recall(key) == "ä\n"
    assert 4_000 < int(valkey.pttl(key)) <= 5_000
    cache.remember(key, "", 5, time.monotonic() - 4)
    assert cache.recall(key) == ""
    assert 0 < int(valkey.pttl(key)) <= 1_000


def test_a_fill_that_redis_gets_late_lives_no_longer(here: None, valkey: redis_client.Redis) -> None:
    def put(name: str, left: int, seconds_until: float) -> int:
        end = round((time.time() + seconds_until) * 1000)
        key = f"test#cache#{name}"
        return int(valkey.eval(cache._PUT_UNLESS_NEWER, 1, key, 1, '1\n"1-a"\ntext', left, end))  # type: ignore[no-untyped-call]

    assert (put("8", 60_000, 10), put("9", 10_000, 60), put("10", 60_000, -1)) == (1, 1, 0)
    assert 9_000 < int(valkey.pttl("test#cache#8")) <= 10_000
    assert 9_000 < int(valkey.pttl("test#cache#9")) <= 10_000
    assert read("10") is None


def test_hits_and_misses_are_counted(here: None, valkey: redis_client.Redis) -> None:
    log.taken_metrics()
    assert read("7") is None
    fill("7", copy(1))
    read("7")
    read("7")
    counted = log.taken_metrics()
    assert {name: counted[name] for name in counted if name != "_aws"} == {"CacheMisses": 1, "CacheHits": 2}
