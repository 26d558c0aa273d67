"""The copies of every service in a real Valkey in cluster mode; AWS is in process.

The tests of the cache against one server are imported, and run here against three.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client

from claims import get_claim_counts, list_top_providers
from localstack.ports import HOST
from ops.health import dependencies
from payerworks import log, redis_connection
from payerworks.redis_connection import SLOTS, RedisCluster, RedisConnection, RedisDown, slot_of
from plans import create_plan, delete_plan, get_plan, patch_plan, replace_plan
from search import on_plan_operation
from tests.integration.cache.valkey_cluster import started
from tests.integration.plans.test_cache import (
    test_a_copy_lives_60_seconds_from_when_its_reading_began,
    test_a_fill_that_redis_gets_late_lives_no_longer,
    test_a_text_is_remembered_for_some_seconds,
    test_hits_and_misses_are_counted,
    test_nothing_older_than_the_fence_or_the_copy_is_ever_put,
)
from tests.unit.conftest import Call, aws, call, environment
from tests.unit.paused_messages import batch

__all__ = [
    "aws",
    "call",
    "environment",
    "test_a_copy_lives_60_seconds_from_when_its_reading_began",
    "test_a_fill_that_redis_gets_late_lives_no_longer",
    "test_a_text_is_remembered_for_some_seconds",
    "test_hits_and_misses_are_counted",
    "test_nothing_older_than_the_fence_or_the_copy_is_ever_put",
]
EVENTS = Path(__file__).parents[3] / "events"
PLANS = [f"plan-{number}" for number in range(12)]
"""Enough for a plan on each node."""


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[int]]:
    with started(tmp_path_factory.mktemp("valkey")) as ports:
        yield ports


@pytest.fixture
def valkey(nodes: list[int]) -> Iterator[redis_client.RedisCluster]:
    """The cluster, by a client of others, which the tests of one server ask what is stored."""
    with redis_client.RedisCluster(host=HOST, port=nodes[0]) as client:
        client.flushall(target_nodes=redis_client.RedisCluster.PRIMARIES)
        yield client


@pytest.fixture
def here(nodes: list[int], environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Functions that use the cluster, and give it time on a busy machine."""
    for name in ("CONNECT_SECONDS", "ANSWER_SECONDS", "SLOW_SECONDS"):
        monkeypatch.setattr(redis_connection, name, 10.0)
    environment(REDIS_URL=f"redis://{HOST}:{nodes[0]}", REDIS_CLUSTER="true")
    log.taken_metrics()
    yield
    connection = redis_connection.redis()
    assert connection is not None
    connection.close()


def read(call: Call, plan_id: str) -> dict[str, Any]:
    return call(get_plan.handler, "plans/get_plan", path={"id": plan_id})


def test_every_operation_keeps_its_copies_on_all_nodes(
    call: Call, here: None, valkey: redis_client.RedisCluster, nodes: list[int]
) -> None:
    plan = json.loads(json.loads((EVENTS / "plans/create_plan.json").read_text())["body"])
    for number, plan_id in enumerate(PLANS):
        body, key = plan | {"objectId": plan_id}, {"Idempotency-Key": f"key-{number}"}
        assert call(create_plan.handler, "plans/create_plan", body=body, headers=key)["statusCode"] == 201
        assert read(call, plan_id)["json"]["planType"] == plan["planType"]
        changed = call(
            patch_plan.handler,
            "plans/patch_plan",
            path={"id": plan_id},
            body={"planType": "new"},
            headers={"If-Match": None, "Content-Type": "application/merge-patch+json"},
        )
        assert changed["statusCode"] == 200, changed
        assert read(call, plan_id)["json"]["planType"] == "new"
        assert valkey.get(f"acme#plan#{plan_id}").startswith(b"2\n")
        replaced = call(
            replace_plan.handler,
            "plans/replace_plan",
            path={"id": plan_id},
            body=body | {"planType": "newer"},
            headers={"If-Match": None},
        )
        assert replaced["statusCode"] == 200, replaced
        assert valkey.get(f"acme#plan#{plan_id}").startswith(b"3\n")
        assert read(call, plan_id)["json"]["planType"] == "newer"
        assert call(delete_plan.handler, "plans/delete_plan", path={"id": plan_id}, headers={"If-Match": None})[
            "statusCode"
        ] in (200, 204)
        assert read(call, plan_id)["statusCode"] == 404
    message = {"tenant": "acme", "objectId": PLANS[0], "version": 9, "at": "2026-11-21T12:00:00.000+00:00"}
    on_plan_operation.handler(batch([message]), None)
    assert valkey.get(f"acme#plan#{PLANS[0]}") == b"9\n"
    limited = call(list_top_providers.handler, "claims/list_top_providers")
    assert limited["headers"]["RateLimit"].startswith('"calls";r=')
    assert valkey.pttl("acme#top") > 0
    assert call(get_claim_counts.handler, "claims/get_claim_counts")["statusCode"] == 200
    assert dependencies._redis() is True
    assert "CacheFailures" not in log.taken_metrics()
    kept = {valkey.get_node_from_key(f"acme#plan#{plan_id}").port for plan_id in PLANS}
    assert kept == set(nodes)


def test_a_client_of_one_server_finds_only_the_keys_of_its_node(nodes: list[int]) -> None:
    connection = RedisConnection(f"redis://{HOST}:{nodes[0]}")
    answers = 0
    for plan_id in PLANS:
        try:
            connection.call("GET", plan_id)
            answers += 1
        except RedisDown:
            pass
    connection.close()
    assert 0 < answers < len(PLANS)


def test_slots_are_those_of_the_cluster(valkey: redis_client.RedisCluster) -> None:
    for key in ("a", "acme#plan#ä", "{a}b", "x{acme}y{z}", "{}a", "a{", "a}{b}", "{{a}}", ""):
        assert slot_of(("GET", key)) == valkey.keyslot(key) < SLOTS
        assert slot_of(("EVAL", "return 1", 1, key)) == valkey.keyslot(key)


def test_a_key_that_is_moving_is_found_on_its_next_node(nodes: list[int], valkey: redis_client.RedisCluster) -> None:
    key = "acme#plan#moving"
    slot = slot_of(("GET", key))
    source = valkey.get_node_from_key(key)
    target = next(node for node in valkey.get_primaries() if node.port != source.port)
    ids = {node.port: valkey.execute_command("CLUSTER MYID", target_nodes=node) for node in (source, target)}
    names = {port: name.decode() if isinstance(name, bytes) else name for port, name in ids.items()}
    connection = RedisCluster(f"redis://{HOST}:{nodes[0]}")
    with redis_client.Redis(HOST, source.port) as old, redis_client.Redis(HOST, target.port) as new:
        new.execute_command("CLUSTER", "SETSLOT", slot, "IMPORTING", names[source.port])
        old.execute_command("CLUSTER", "SETSLOT", slot, "MIGRATING", names[target.port])
        try:
            assert connection.call("SET", key, "there") == b"OK"  # ASK: the source has no such key
            assert connection.call("GET", key) == b"there"
        finally:
            for client in (new, old):
                client.execute_command("CLUSTER", "SETSLOT", slot, "NODE", names[target.port])
        assert connection.call("GET", key) == b"there"  # MOVED
    connection.close()
