"""A domain of three zones (Multi-AZ with Standby), which a real OpenSearch stands for; AWS itself is in process."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from payerworks.aws import client
from payerworks.opensearch import opensearch
from payerworks.settings import settings
from plans import create_plan, search_plans
from search import on_patient_operations, on_plan_operation
from search.jobs import reindexing, repository
from search.jobs.index_job import INDEXES, Index
from search.jobs.index_kinds import INDEX_KINDS
from tests.integration.search.zoned_opensearch import ask, started
from tests.unit.conftest import Call, aws, call, environment
from tests.unit.paused_messages import batch, reported

__all__ = ["aws", "call", "environment"]


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with started(tmp_path_factory.mktemp("zones")) as url:
        yield url


@pytest.fixture
def empty_domain(domain: str, call: Call, environment: Callable[..., None]) -> Iterator[str]:
    """The domain without an index, and functions set up for it by the template's defaults, except for the shards."""
    for name in INDEXES:
        ask(domain, "DELETE", f"{name}-0*")
    ask(domain, "DELETE", "_cluster/routing/awareness/weights", {"_version": -1})
    environment(OPENSEARCH_ENDPOINT=domain, OPENSEARCH_REPLICAS="2", OPENSEARCH_SHARDS="3")
    opensearch.cache_clear()
    yield domain
    opensearch.cache_clear()


@pytest.fixture(autouse=True)
def _no_credentials_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def stored(call: Call, number: int) -> dict[str, Any]:
    """The message about a new plan."""
    body = json.loads((Path(__file__).parents[3] / "events/plans/create_plan.json").read_text())["body"]
    plan = json.loads(body) | {"objectId": f"plan-{number}"}
    created = call(create_plan.handler, "plans/create_plan", body=plan, headers={"Idempotency-Key": f"key-{number}"})
    assert created["statusCode"] == 201, created
    return {"tenant": "acme", "objectId": f"plan-{number}", "version": 1, "at": "2026-11-21T12:00:00.000+00:00"}


def reindexed(index: Index) -> str:
    """Do every slice of a reindex, without the pauses of its queue; the name of the new index."""
    job = repository.start_job("reindex", "", "tests", index=index, alone=True)
    while job.status == "running":
        after = reindexing.next_slice(job, verify=False)
        assert repository.finish_slice(job, after)
        found = repository.read_job("reindex", "", index)
        assert found is not None
        job = found
    name: str = job.details["index"]
    return name


def settings_of(domain: str, index: str) -> dict[str, Any]:
    status, answer = ask(domain, "GET", f"{index}/_settings")
    assert status == 200, answer
    settings: dict[str, Any] = answer[index]["settings"]["index"]
    return settings


def found(call: Call, **query: str) -> list[str]:
    answer = call(search_plans.handler, "plans/search_plans", query={"limit": "20"} | query)
    assert answer["statusCode"] == 200, answer
    return [item["objectId"] for item in answer["json"]["items"]]


@pytest.mark.parametrize("settings", [{"auto_expand_replicas": "0-1"}, {"number_of_replicas": 0}])
def test_the_domain_refuses_copies_that_are_no_multiple_of_three(domain: str, settings: dict[str, Any]) -> None:
    status, answer = ask(domain, "PUT", "refused", {"settings": settings})
    assert status == 400
    assert "multiple of total awareness attributes [3]" in answer["error"]["reason"]


def test_the_first_indexes_have_a_copy_in_each_zone(empty_domain: str, call: Call) -> None:
    message = stored(call, 1)
    assert reported(on_plan_operation.handler(batch([message]), None)) == []
    assert reported(on_patient_operations.handler(batch([{"tenant": "acme", "patients": []}]), None)) == []
    for index in INDEXES:
        settings = settings_of(empty_domain, f"{index}-000001")
        assert (settings["number_of_shards"], settings["number_of_replicas"]) == ("3", "2")
        assert "auto_expand_replicas" not in settings
    ask(empty_domain, "POST", "plans/_refresh")
    assert found(call) == ["plan-1"]


def test_a_reindex_fills_search_from_the_table_when_all_messages_are_lost(empty_domain: str, call: Call) -> None:
    for number in range(1, 8):
        stored(call, number)
    for kind in INDEXES:
        index = reindexed(kind)
        settings = settings_of(empty_domain, index)
        assert (settings["number_of_shards"], settings["number_of_replicas"]) == ("3", "2")
        assert settings["refresh_interval"] == INDEX_KINDS[kind].targets.definition()["settings"]["refresh_interval"]
    assert sorted(found(call)) == [f"plan-{number}" for number in range(1, 8)]


def test_an_index_that_is_being_filled_has_its_copies_already(empty_domain: str, call: Call) -> None:
    targets = INDEX_KINDS["plans"].targets
    index = targets.next_index()
    targets.add(index)
    settings = settings_of(empty_domain, index)
    assert (settings["number_of_replicas"], settings["refresh_interval"]) == ("2", "-1")


def test_reads_are_served_while_a_zone_stands_by(empty_domain: str, call: Call) -> None:
    message = stored(call, 1)
    on_plan_operation.handler(batch([message]), None)
    weights = {"weights": {"a": "1", "b": "1", "c": "0"}, "_version": -1}
    assert ask(empty_domain, "PUT", "_cluster/routing/awareness/zone/weights", weights)[0] == 200
    ask(empty_domain, "POST", "plans/_refresh")
    assert found(call) == ["plan-1"]
    # A second delivery compares, which asks the primary shard.
    assert reported(on_plan_operation.handler(batch([message], tries=[2]), None)) == []


def test_without_an_index_a_waiting_change_makes_a_search_503(empty_domain: str, call: Call) -> None:
    assert found(call) == []
    stored(call, 1)
    client("sqs").send_message(QueueUrl=settings().queues["search_index"], MessageBody="{}")
    answer = call(search_plans.handler, "plans/search_plans")
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "5")
