"""Indexes with segment replication: replicas get writes later than the primary shard, and a refresh does not help."""

import datetime
from typing import Any

from payerworks.opensearch import bulk
from plans import replace_plan
from plans.index.documents import service_actions
from plans.plan.stored_plan import creation
from plans.storage import repository as plans
from plans.storage.items import Author
from search import on_patient_operations, on_plan_operation
from search.patients import drift as patient_drift
from search.plans import drift as plan_drift
from search.plans.sync import TARGETS
from tests.unit.conftest import Call
from tests.unit.fake_opensearch import FakeOpenSearch
from tests.unit.paused_messages import batch, reported
from tests.unit.plans.plans import large_plan
from tests.unit.search.registry import store

KEY = ("acme", "a")


def store_plan() -> None:
    plan = large_plan(3) | {"objectId": "a"}
    plans.commit_change(creation("acme", plan, None, "seed"), Author("u-1", "r-1"))


def index_plan(version: int, tries: int = 1) -> list[str]:
    """Deliver the message of a version; the ids of the messages that fail."""
    at = datetime.datetime.now(datetime.UTC).isoformat()
    message = {"tenant": "acme", "objectId": "a", "version": version, "at": at}
    return reported(on_plan_operation.handler(batch([message], tries=[tries]), None))


def remove_services(call: Call) -> None:
    """Version 2 of the plan."""
    plan = large_plan(1) | {"objectId": "a"}
    assert call(replace_plan.handler, "plans/replace_plan", path={"id": "a"}, body=plan)["statusCode"] == 200


def indexed(opensearch: FakeOpenSearch) -> list[dict[str, Any]]:
    [found] = opensearch.documents.values()
    return list(found.values())


def test_a_sync_compares_what_the_primary_has(call: Call, opensearch: FakeOpenSearch) -> None:
    store_plan()
    assert index_plan(1) == []
    opensearch.replicate()
    remove_services(call)
    assert index_plan(2) == index_plan(2, tries=2) == []
    assert plan_drift.recheck([KEY]) == []


def test_a_sync_sees_what_a_replica_does_not_have_yet(call: Call, opensearch: FakeOpenSearch) -> None:
    store_plan()
    whole = plans.read_plan("acme", "a")
    remove_services(call)
    assert index_plan(2) == []
    opensearch.replicate()
    [alias] = TARGETS.write_targets()
    bulk(alias, [action for part in whole.services for action in service_actions(whole.root, part)])
    assert len(indexed(opensearch)) == 2 + 3 * 3
    assert index_plan(1, tries=2) == []
    assert len(indexed(opensearch)) == 2 + 3


def test_a_plan_that_only_a_replica_lacks_is_not_indexed_again(
    call: Call, opensearch: FakeOpenSearch, monkeypatch: Any
) -> None:
    store_plan()
    opensearch.replicate()
    assert index_plan(1) == []
    monkeypatch.setattr(opensearch, "bulk", None)
    assert index_plan(1) == []


def test_a_patient_that_only_a_replica_lacks_is_no_drift(opensearch: FakeOpenSearch) -> None:
    key = store("1", "Field")
    message = {"tenant": "acme", "patients": [key[1]]}
    opensearch.replicate()
    assert reported(on_patient_operations.handler(batch([message]), None)) == []
    assert patient_drift.recheck([key]) == []
