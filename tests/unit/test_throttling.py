"""Every function that calls DynamoDB, throttled: the same result when it passes, 503 with Retry-After when it lasts."""

import collections
import contextlib
import datetime
import functools
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from moto.dynamodb.models import DynamoDBBackend

from auth import log_in
from claims import create_claims, get_claim, on_payment_due, on_totals_due
from intake import get_ingest_job, on_chunk_queued
from payerworks.errors import Unavailable
from plans import create_plan, get_plan
from plans.storage import generations
from search import get_reindex, on_search_job
from tests.unit import throttled_world as world_of
from tests.unit.conftest import ROOT, api_event
from tests.unit.dynamodb_callers import callers, makes_client, modules
from tests.unit.dynamodb_faults import (
    Fault,
    Faults,
    Invocation,
    Tables,
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
from tests.unit.intake.conftest import insert_batch
from tests.unit.throttled_calls import CALLS
from tests.unit.throttled_world import World


@functools.cache
def _seeded() -> tuple[World, Tables]:
    return world_of.seeded(), kept_tables()


@pytest.fixture
def world(aws: object, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(DynamoDBBackend, "batch_execute_statement", insert_batch)
    world, tables = _seeded()
    put_back(tables)
    return world


@pytest.fixture
def faults(world: World) -> Iterator[Faults]:
    with injected() as found:
        yield found


IN_AN_HOUR = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00|\b1[789](\d{8}|\d{11}|\d{17})\b")
"""As ISO 8601, as seconds, milliseconds and nanoseconds; no NPI of the world begins so."""
CHANCE = re.compile(
    r"(?<!'N': ')\b[0-9a-f]{16}\b"
    r"|(?:(?<='seed': {'S': ')|(?<='call_id': {'S': ')|(?<='counted_by': {'S': '))[0-9a-f]{32}"
)
"""The ids of generations, jobs and calls, the seeds of idempotency markers; no number."""


def timeless(value: object) -> str:
    """A value as text, without what differs with the time or by chance."""
    return CHANCE.sub("CHANCE", TIMES.sub("TIME", repr(value)))


def effect(world: World, name: str) -> tuple[str, str]:
    """What a function gives, and what is stored then, without generations of services that no root names."""
    given = timeless(CALLS[name](world))
    generations.sweep(IN_AN_HOUR)
    tables = {table: sorted(map(timeless, items)) for table, items in stored().items()}
    return given, repr(tables)


def test_each_function_that_calls_dynamodb_is_driven() -> None:
    assert {name.split(" ")[0] for name in CALLS} == callers()


def test_dynamodb_is_called_in_one_way() -> None:
    assert {module.name for module in modules() if makes_client(module)} == {
        "payerworks.dynamodb",
        "payerworks.batches",
    }


@pytest.mark.parametrize("name", CALLS)
def test_faults_that_pass_change_nothing(
    world: World, faults: Faults, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    expected = effect(world, name)
    put_back(_seeded()[1])
    monkeypatch.setattr(time, "sleep", lambda _: None)
    faults.each()
    assert effect(world, name) == expected
    made = collections.Counter(request.operation for request in faults.requests)
    assert made
    assert all(count > len(kinds(operation)) for operation, count in made.items())


@pytest.mark.parametrize("name", CALLS)
def test_faults_that_last_are_503_with_retry_after(world: World, faults: Faults, name: str) -> None:
    CALLS[name](world)
    made = [request.operation for request in faults.requests]
    assert made
    unavailable: list[tuple[Fault, str | None, int]] = [
        (fault, operation, 0) for operation in set(made) for fault in lasting(operation).values()
    ]
    unavailable += [(error("ThrottlingException"), None, passed) for passed in range(len(made))]
    for fault, operation, passed in unavailable:
        if faults.have_written:
            put_back(_seeded()[1])
        faults.last(fault, operation, passed)
        with little_time(0.002), pytest.raises(Unavailable) as raised:
            CALLS[name](world)
        assert (raised.value.status, raised.value.headers["Retry-After"]) == (503, "1")


@pytest.mark.parametrize("name", CALLS)
def test_an_update_done_without_an_answer_is_never_taken_for_anothers(
    world: World, faults: Faults, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    expected = effect(world, name)
    updates = sum(request.operation == "UpdateItem" for request in faults.requests)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    for number in range(updates):
        put_back(_seeded()[1])
        faults.at("UpdateItem", number, done_and_lost("UpdateItem"))
        # Unavailable, as if the caller had died just after the update: it is made for that.
        with contextlib.suppress(Unavailable):
            assert effect(world, name) == expected


OPERATIONS: dict[str, Any] = {
    "auth/log_in": log_in.handler,
    "plans/get_plan": get_plan.handler,
    "plans/create_plan": create_plan.handler,
    "claims/get_claim": get_claim.handler,
    "claims/create_claims": create_claims.handler,
    "intake/get_ingest_job": get_ingest_job.handler,
    "search/get_reindex": get_reindex.handler,
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_503_with_retry_after(faults: Faults, name: str) -> None:
    for fault in (error("ThrottlingException"), error("RequestLimitExceeded"), error("InternalServerError", 500)):
        faults.last(fault)
        answer = OPERATIONS[name](api_event(name, headers={"Idempotency-Key": "key"}), Invocation())
        assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "1")
        assert answer["headers"]["Content-Type"] == "application/problem+json"
        assert json.loads(answer["body"])["title"] == "Unavailable"


CONSUMERS: dict[str, Any] = {
    "claims/on_payment_due": on_payment_due.handler,
    "claims/on_totals_due": on_totals_due.handler,
    "intake/on_chunk_queued": on_chunk_queued.handler,
    "search/on_search_job": on_search_job.handler,
}


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_consumer_reports_its_messages_as_failed(faults: Faults, name: str) -> None:
    event = json.loads((ROOT / f"events/{name}.json").read_text())
    faults.last(error("ThrottlingException"))
    failures = CONSUMERS[name](event, Invocation())["batchItemFailures"]
    assert failures == [{"itemIdentifier": record["messageId"]} for record in event["Records"]]
