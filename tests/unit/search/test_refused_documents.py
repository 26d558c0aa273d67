"""A document that OpenSearch refuses holds up nothing: it is written without its search fields, counted and named."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from intake.registry import search_index
from intake.registry.search_index import NamePrefix
from payerworks.errors import Unavailable
from payerworks.opensearch import bulk
from plans.index import documents
from plans.index.index_state import Content
from plans.plan.stored_plan import creation
from plans.storage import repository as plans
from plans.storage.items import Author
from plans.storage.scan import RootState
from search import get_reindex, on_patient_operations, on_plan_operation, start_reindex
from search.indexes.drift import Finding
from search.jobs import drift_check, reindexing, repository
from search.jobs.index_job import Index, IndexJob
from search.patients import drift as patient_drift
from search.patients.sync import TARGETS as PATIENTS
from search.plans import backfill
from search.plans.drift import compare
from search.plans.sync import TARGETS as PLANS
from tests.unit.conftest import ROOT, Call
from tests.unit.fake_opensearch import FakeOpenSearch
from tests.unit.plans.plans import large_plan
from tests.unit.search.registry import store

POISON = "poison"


def has_poison(source: dict[str, Any]) -> bool:
    """Whether a document has the text that is refused in one of its search fields."""
    return POISON in json.dumps([source.get(name) for name in ("last", "serviceText")])


@pytest.fixture
def opensearch(opensearch: FakeOpenSearch) -> FakeOpenSearch:
    opensearch.refuses = has_poison
    return opensearch


def deliver(handler: Callable[..., Any], event: str, body: dict[str, Any]) -> int:
    """How many messages fail, of one."""
    message = copy.deepcopy(json.loads((ROOT / f"events/search/{event}.json").read_text()))
    message["Records"][0]["body"] = json.dumps(body)
    return len(handler(message, None)["batchItemFailures"])


def store_plan(plan_id: str, *, poisoned: int = 0, tenant: str = "acme") -> None:
    """A plan of three services, of which some are refused."""
    plan = large_plan(3) | {"objectId": plan_id}
    for service in plan["linkedPlanServices"][:poisoned]:
        service["linkedService"]["name"] = POISON
    plans.commit_change(creation(tenant, plan, None, "seed"), Author("u-1", "r-1"))


def plan_documents(opensearch: FakeOpenSearch, plan_id: str) -> list[dict[str, Any]]:
    return [found for found in opensearch.documents["plans-000001"].values() if found["planId"] == plan_id]


def test_a_refused_patient_is_indexed_without_names_and_the_others_with_theirs(
    opensearch: FakeOpenSearch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = [store("1", "Field"), store("2", POISON), store("3", "Moss")]
    message = {"tenant": "acme", "patients": [patient_id for _, patient_id in keys]}
    assert deliver(on_patient_operations.handler, "on_patient_operations", message) == 0
    found = opensearch.documents["patients-000001"]
    assert found[keys[1][1]] == {"tenant": "acme", "id": keys[1][1], "version": 1, "refused": True}
    assert [found[patient_id]["last"] for _, patient_id in keys[::2]] == ["field", "moss"]
    assert search_index.find("acme", NamePrefix(), 0, 10)[0] == 3
    assert patient_drift.recheck(keys) == [Finding("refused", keys[1])]
    printed = capsys.readouterr().out + str([vars(record) for record in caplog.records])
    assert "mapper_parsing_exception" in printed
    assert '"SearchRefused": 1' in printed
    assert POISON not in printed
    store("2", "Reed")
    assert deliver(on_patient_operations.handler, "on_patient_operations", message) == 0
    assert patient_drift.recheck(keys) == []
    assert found[keys[1][1]]["last"] == "reed"


def test_a_refused_service_of_a_plan_is_indexed_without_what_is_searched_in_it(opensearch: FakeOpenSearch) -> None:
    store_plan("a", poisoned=1)
    message = {"tenant": "acme", "objectId": "a", "version": 1, "at": "2026-11-21T10:15:00.123+00:00"}
    assert deliver(on_plan_operation.handler, "on_plan_operation", message) == 0
    found = plan_documents(opensearch, "a")
    assert len(found) == 2 + 3 * 3
    (refused,) = [source for source in found if source.get("refused")]
    assert refused["kind"]["name"] == "linkedPlanServices"
    assert "serviceText" not in refused
    # What compares and rebuilds the plan is there.
    root = plans.live_root("acme", "a")
    assert sum(source.get("hash", 0) for source in found) % documents.HASHES == root.digest % documents.HASHES
    assert POISON in refused["whole"]


@pytest.mark.parametrize("status", [403, 429, 503])
def test_what_is_no_refusal_of_a_document_is_tried_again(opensearch: FakeOpenSearch, status: int) -> None:
    _, patient = store("2", POISON)
    opensearch.refusal = status
    message = {"tenant": "acme", "patients": [patient]}
    assert deliver(on_patient_operations.handler, "on_patient_operations", message) == 1
    opensearch.refuses = lambda _: False
    assert deliver(on_patient_operations.handler, "on_patient_operations", message) == 0


def test_a_document_that_is_refused_in_any_form_is_left_out(opensearch: FakeOpenSearch) -> None:
    keys = [store("1", "Field"), store("2", POISON)]
    opensearch.refuses = lambda source: source["id"] == keys[1][1]
    message = {"tenant": "acme", "patients": [patient_id for _, patient_id in keys]}
    assert deliver(on_patient_operations.handler, "on_patient_operations", message) == 0
    assert list(opensearch.documents["patients-000001"]) == [keys[0][1]]
    assert patient_drift.recheck(keys) == [Finding("missing", keys[1])]


def test_an_index_that_refuses_everything_is_at_fault_itself(call: Call, opensearch: FakeOpenSearch) -> None:
    _, patient = store("1", "Field")
    [alias] = PATIENTS.write_targets()
    opensearch.refuses = lambda _: True
    message = {"tenant": "acme", "patients": [patient]}
    assert deliver(on_patient_operations.handler, "on_patient_operations", message) == 1
    with pytest.raises(Unavailable):
        filled("patients", alias)


def test_a_refused_document_leaves_a_newer_one(opensearch: FakeOpenSearch) -> None:
    [alias] = PATIENTS.write_targets()
    newer = search_index.Document("acme", "p", "field", "ada", 5)
    bulk(alias, [search_index.indexing(newer)])
    met = bulk(alias, [search_index.indexing(newer._replace(last=POISON, version=4))])
    assert (met.newer, len(met.refused)) == ({"p"}, 1)
    assert opensearch.documents["patients-000001"]["p"]["version"] == 5


def filled(index: Index, alias: str) -> IndexJob:
    """A reindex after its slice `fill` into an index."""
    job = repository.start_job("reindex", "", "request", index=index, alone=True)
    job = replace(job, step="fill", details={"index": alias.replace("-write", "")})
    after = reindexing.next_slice(job, verify=False)
    assert repository.finish_slice(job, after)
    return after


def test_a_reindex_goes_on_and_names_the_refused_plans_to_their_own_tenant(
    call: Call, opensearch: FakeOpenSearch
) -> None:
    for plan_id, poisoned in (("a", 0), ("b", 2), ("c", 0), ("d", 1)):
        store_plan(plan_id, poisoned=poisoned)
    store_plan("e", poisoned=1, tenant="other")
    [alias] = PLANS.write_targets()
    after = filled("plans", alias)
    assert (after.step, after.counts) == ("switch", {"plans": 5, "documents": 5 * 11, "refused": 3})
    assert sum(map(len, opensearch.documents.values())) == 5 * 11
    refused = call(get_reindex.handler, "search/get_reindex")["json"]["refused"]
    assert (refused["count"], sorted(refused["ids"])) == (3, ["b", "d"])
    assert call(get_reindex.handler, "search/get_reindex", tenant="other")["json"]["refused"]["ids"] == ["e"]


def test_a_refused_plan_that_changes_while_it_is_read_is_named_too(
    call: Call, opensearch: FakeOpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_plan("a")
    store_plan("b", poisoned=1)
    [alias] = PLANS.write_targets()
    monkeypatch.setattr(backfill, "_is_whole", lambda plan: False)
    assert filled("plans", alias).counts["refused"] == 1


def test_a_reindex_goes_on_and_names_the_refused_patients(call: Call, opensearch: FakeOpenSearch) -> None:
    store("1", "Field")
    _, poisoned = store("2", POISON)
    [alias] = PATIENTS.write_targets()
    assert filled("patients", alias).counts == {"patients": 2, "documents": 2, "refused": 1}
    answer = call(get_reindex.handler, "search/get_reindex", query={"index": "patients"})
    assert answer["json"]["refused"] == {"count": 1, "ids": [poisoned]}


def test_a_new_reindex_begins_without_refused_ones(call: Call, opensearch: FakeOpenSearch) -> None:
    store_plan("b", poisoned=1)
    [alias] = PLANS.write_targets()
    filled("plans", alias)
    job = repository.read_job("reindex", "")
    assert job is not None
    repository.finish_slice(job, replace(job, status="completed"))
    answer = call(start_reindex.handler, "search/start_reindex")
    assert (answer["statusCode"], answer["json"]["refused"]) == (202, {"count": 0, "ids": []})


def test_a_slice_that_is_refused_by_an_overloaded_server_is_done_again(opensearch: FakeOpenSearch) -> None:
    store_plan("b", poisoned=1)
    [alias] = PLANS.write_targets()
    opensearch.refusal = 429
    with pytest.raises(Unavailable):
        filled("plans", alias)


def test_a_plan_with_a_refused_document_is_refused_if_all_else_agrees() -> None:
    key = ("acme", "plan")
    root = RootState(version=3, digest=77, services=2)
    right = Content(version=3, live=True, documents=8, hashes=77, refused=1)
    assert compare({key: root}, {key: right}) == [Finding("refused", key)]
    assert compare({key: root}, {key: right._replace(version=2)}) == [Finding("stale", key)]


def test_a_drift_check_names_refused_patients_and_repairs_only_the_others(
    opensearch: FakeOpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift_check, "SETTLE_SECONDS", 0)
    (_, poisoned), (_, missing) = store("1", POISON), store("2", "Moss")
    message = {"tenant": "acme", "patients": [poisoned]}
    assert deliver(on_patient_operations.handler, "on_patient_operations", message) == 0
    job = repository.start_job("drift", "acme", "request", index="patients", repair=True)
    counts = drift_check.next_slice(job, verify=False).counts
    assert (counts["refused"], counts["missing"], counts["stale"], counts["repaired"]) == (1, 1, 0, 1)
    assert repository.read_drifted(job, "refused") == [poisoned]
    assert repository.read_drifted(job, "missing") == [missing]
