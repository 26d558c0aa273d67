"""The copy of a plan in Redis, by the handlers themselves in this process."""

import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis as redis_client

from localstack.deployed import aws_client
from payerworks import cache, metrics
from payerworks.errors import NotFound
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


def test_nothing_older_than_the_fence_or_the_copy_is_ever_put(here: None) -> None:
    key = "test#cache#1"
    cache.fill(key, copy(1))
    assert cache.read(key) == copy(1)
    cache.fence(key, 2)
    assert cache.read(key) is None
    cache.fill(key, copy(1))
    assert cache.read(key) is None
    cache.fill(key, copy(2, "two\nlines, ä"))
    assert cache.read(key) == copy(2, "two\nlines, ä")
    cache.fence(key, 1)
    cache.fill(key, copy(1))
    assert cache.read(key) == copy(2, "two\nlines, ä")


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
    read = until(lambda: api.get(path(stored)), lambda answer: answer.json()["planType"] == "new")
    assert read.json()["planType"] == "new"


def test_a_copy_lives_60_seconds_from_when_its_reading_began(here: None, valkey: redis_client.Redis) -> None:
    key = "test#cache#2"
    cache.fill(key, copy(1), read_at=time.monotonic() - 50)
    assert 9_000 < int(valkey.pttl(key)) <= 10_000
    cache.fill("test#cache#3", copy(1), read_at=time.monotonic() - 61)
    assert cache.read("test#cache#3") is None


def test_a_reader_that_read_before_a_write_does_not_win_over_its_fence(here: None) -> None:
    key = "test#cache#4"

    def load() -> cache.Copy:
        cache.fence(key, 2)
        return copy(1)

    assert cache.read_through(key, load) == copy(1)
    assert cache.read(key) is None
    assert cache.read_through(key, lambda: copy(2)) == cache.read(key) == copy(2)


def test_a_copy_that_came_since_the_look_is_taken_instead_of_a_lease(here: None) -> None:
    def fail() -> cache.Copy:
        raise AssertionError("loaded")

    cache.fill("test#cache#5", copy(1))
    assert cache.read_through("test#cache#5", fail) == copy(1)


@pytest.mark.parametrize("found", [True, False])
def test_a_reader_gives_up_its_own_lease_and_no_other(here: None, valkey: redis_client.Redis, found: bool) -> None:
    key = f"test#cache#6{found}"

    def read(lease_afterwards: str | None = None) -> None:
        def load() -> cache.Copy:
            assert valkey.pttl(f"{key}/lease") > 0
            if lease_afterwards:
                valkey.set(f"{key}/lease", lease_afterwards, px=5000)
            if found:
                return copy(1)
            raise NotFound("It is not there.")

        with contextlib.nullcontext() if found else pytest.raises(NotFound):
            cache.read_through(key, load)

    read()
    assert valkey.get(f"{key}/lease") is None
    valkey.delete(key)
    read(lease_afterwards="another's")
    assert valkey.get(f"{key}/lease") == b"another's"


def test_hits_and_misses_are_counted(here: None) -> None:
    metrics.taken()
    assert cache.read("test#cache#7") is None
    cache.read_through("test#cache#7", lambda: copy(1))
    cache.read("test#cache#7")
    cache.read("test#cache#7")
    counted = metrics.taken()
    assert {name: counted[name] for name in counted if name != "_aws"} == {"CacheMisses": 1, "CacheHits": 2}
