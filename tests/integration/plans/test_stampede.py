"""Many readers of a plan that is not in the cache, each a process of its own as on Lambda, with real servers."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Event
from typing import Any, NamedTuple

import pytest
import redis as redis_client

from payerworks import cache
from payerworks.aws import client
from plans import get_plan
from plans.storage import repository
from tests.integration.conftest import Api
from tests.integration.plans.conftest import new_plan, text
from tests.unit.conftest import api_event

READERS = 50
LONG = 0.3
"""Seconds that reading the table is made to take, so that all readers come while one is at it."""

# The children inherit everything that is imported, and the client of the table.
fork = multiprocessing.get_context("fork")


class Seen(NamedTuple):
    """What a reader got, and how often it read the plan's services from the table."""

    status: int
    body: str
    queries: int


class Readers:
    """Readers of one plan that begin at the same time; `on_read` is called before each read of the table."""

    def __init__(self, plan_id: str, number: int, on_read: Callable[[], None]) -> None:
        self._start = fork.Event()
        self._seen: Any = fork.SimpleQueue()
        self.processes = [self._reader(plan_id, on_read) for _ in range(number)]

    def _reader(self, plan_id: str, on_read: Callable[[], None]) -> ForkProcess:
        process = fork.Process(target=_read, args=(plan_id, on_read, self._start, self._seen), daemon=True)
        process.start()
        return process

    def seen(self) -> list[Seen]:
        """Let them begin, and wait for what all of them got."""
        self._start.set()
        return [self._seen.get() for _ in self.processes]


def _read(plan_id: str, on_read: Callable[[], None], start: Event, seen: Any) -> None:
    queries = 0

    def count(model: Any, **_: object) -> None:
        nonlocal queries
        queries += model.name == "Query"
        on_read()

    client("dynamodb").meta.events.register("before-call.dynamodb", count)
    event = api_event("plans/get_plan", tenant="main", path={"id": plan_id})
    start.wait()
    answer = get_plan.handler(event, None)
    seen.put(Seen(answer["statusCode"], answer["body"], queries))


@contextmanager
def readers(plan_id: str, number: int, on_read: Callable[[], None]) -> Iterator[Readers]:
    # What a first call costs is paid before they part; connections are each one's own.
    repository.read_root("main", "none")
    client("dynamodb").close()
    found = Readers(plan_id, number, on_read)
    try:
        yield found
    finally:
        for process in found.processes:
            process.kill()
            process.join()


@pytest.fixture
def valkey(stack: dict[str, Any], here: None) -> Iterator[redis_client.Redis]:
    with redis_client.Redis.from_url(stack["redis_url"]) as client:
        yield client


@pytest.fixture
def cold(api: Api, stored: dict[str, Any], valkey: redis_client.Redis) -> dict[str, Any]:
    """A stored plan whose copy is gone."""
    assert valkey.delete(f"main#plan#{stored['objectId']}") == 1
    return stored


def test_of_50_readers_of_a_cold_plan_one_reads_the_table_and_all_get_the_plan(
    cold: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # 50 processes may keep a small machine busy for longer than a reader has on Lambda.
    monkeypatch.setattr(cache, "LEASE_SECONDS", 30.0)
    with readers(cold["objectId"], READERS, lambda: time.sleep(LONG / 2)) as many:
        seen = many.seen()
    assert {(one.status, one.body) for one in seen} == {(200, text(cold))}
    assert sum(one.queries for one in seen) == 1


def test_when_the_reader_of_a_cold_plan_is_killed_the_others_still_get_it(
    cold: dict[str, Any], valkey: redis_client.Redis
) -> None:
    reading = fork.Event()

    def read_for_ever() -> None:
        reading.set()
        time.sleep(600)

    with readers(cold["objectId"], 1, read_for_ever) as first, readers(cold["objectId"], 10, lambda: None) as others:
        first._start.set()
        assert reading.wait(60)
        first.processes[0].kill()
        assert valkey.exists(f"main#plan#{cold['objectId']}/lease")
        seen = others.seen()
    assert {(one.status, one.body) for one in seen} == {(200, text(cold))}


def test_a_plan_that_is_not_there_holds_nobody_up(valkey: redis_client.Redis) -> None:
    plan_id = new_plan()["objectId"]
    with readers(plan_id, 10, lambda: time.sleep(LONG / 2)) as many:
        seen = many.seen()
        held = valkey.exists(f"main#plan#{plan_id}/lease")
    assert {one.status for one in seen} == {404}
    assert not held
