"""The index of plans ends in the state of the table, whatever comes between: with the real sync, jobs and reads."""

import copy
import json
import pathlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import opensearchpy
import pytest

from payerworks.aws import client
from payerworks.opensearch import SECONDS, bulk
from payerworks.settings import settings
from payerworks.times import now
from plans import create_plan, delete_plan, find_indexed_objects, get_indexed_plan, patch_plan, replace_plan
from plans.index.documents import REFRESH_MS
from plans.storage import repository
from plans.storage.items import TABLE, key
from search import get_drift_check, get_reindex, on_plan_operation, on_search_job, start_drift_check, start_reindex
from search.plans import backfill
from search.plans.backfill import actions_of
from tests.unit import dynamodb_faults
from tests.unit.conftest import Call, api_event
from tests.unit.interleaving import before_call
from tests.unit.plans.plans import PLAN, changed, large_plan
from tests.unit.search.joined_opensearch import JoinedOpenSearch, installed

EVENTS = pathlib.Path(__file__).parents[3] / "events/search"
OPERATION: dict[str, Any] = json.loads((EVENTS / "on_plan_operation.json").read_text())
JOB: dict[str, Any] = json.loads((EVENTS / "on_search_job.json").read_text())
ID: str = PLAN["objectId"]
SERVICES: list[dict[str, Any]] = PLAN["linkedPlanServices"]


@pytest.fixture
def index(aws: object, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[JoinedOpenSearch]:
    with installed(environment, monkeypatch) as server:
        yield server


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch, index: JoinedOpenSearch) -> list[float]:
    """The pauses that were made, without a pause; they are among the index's calls too."""
    made: list[float] = []

    def sleep(seconds: float) -> None:
        made.append(seconds)
        index.begin("sleep", seconds)

    monkeypatch.setattr("time.sleep", sleep)
    return made


def deliver(version: int = 1, tries: int = 1, **message: Any) -> list[Any]:
    """Deliver the message about a version that was just made; the messages that fail."""
    event = copy.deepcopy(OPERATION)
    [record] = event["Records"]
    body = json.loads(record["body"]) | {"version": version, "at": now()} | message
    record |= {"body": json.dumps(body), "attributes": {"ApproximateReceiveCount": str(tries)}}
    failed: list[Any] = on_plan_operation.handler(event, None)["batchItemFailures"]
    return failed


def indexed(call: Call, **caller: str) -> dict[str, Any]:
    return call(get_indexed_plan.handler, "plans/get_indexed_plan", **caller)


def objects(index: JoinedOpenSearch, name: str = "plans-000001") -> set[str]:
    """The ids of all objects in an index."""
    return {document["source"]["objectId"] for document in index.documents[name].values()}


def object_ids(plan: dict[str, Any]) -> set[str]:
    """The ids of all objects of a plan."""
    found = {plan["objectId"], plan["planCostShares"]["objectId"]}
    for service in plan["linkedPlanServices"]:
        found |= {service[name]["objectId"] for name in ("linkedService", "planserviceCostShares")}
        found.add(service["objectId"])
    return found


def dies(name: str, number: int) -> Callable[[str], None]:
    """Have the call of a name with this number, from 1, and all after it get no answer."""
    left = [number]

    def before(called: str) -> None:
        left[0] -= called == name
        if left[0] <= 0:
            raise opensearchpy.ConnectionError("N/A", "no answer", TimeoutError())

    return before


def once(name: str, other: Callable[[], object]) -> Callable[[str], None]:
    """Before the first call of a name, do something else."""
    left = [other]

    def before(called: str) -> None:
        if called == name and left:
            left.pop()()

    return before


# ---- what reads find


def test_an_indexed_plan_is_its_tenants_alone(call: Call, index: JoinedOpenSearch) -> None:
    created = call(create_plan.handler, "plans/create_plan")
    assert deliver() == []
    assert indexed(call)["body"] == created["body"]
    assert indexed(call, tenant="other")["statusCode"] == 404
    # Without its parent's type, an id is an object's own.
    for parameters, parent in (({"id": ID}, None), ({"id": ID, "parent_type": "plan"}, ID)):
        asked = {"queryStringParameters": parameters, "multiValueQueryStringParameters": None}
        answer = find_indexed_objects.handler(api_event("plans/find_indexed_objects") | asked, None)
        assert answer["statusCode"] == 200, parameters
        shown = json.loads(answer["body"])["items"]
        assert {(each["planId"], each["parentId"]) for each in shown} == {(ID, parent)}
        theirs = api_event("plans/find_indexed_objects", tenant="other") | asked
        assert find_indexed_objects.handler(theirs, None)["statusCode"] == 404, parameters


def test_the_pages_of_found_objects_follow_each_other(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    found: list[str] = []
    query = {"id": ID, "parent_type": "plan", "limit": "1"}
    while len(found) < 9:
        page = call(find_indexed_objects.handler, "plans/find_indexed_objects", query=query)["json"]
        found += [shown["objectId"] for shown in page["items"]]
        if page["nextCursor"] is None:
            break
        query["cursor"] = page["nextCursor"]
    children = [PLAN["planCostShares"]["objectId"], *(service["objectId"] for service in SERVICES)]
    assert sorted(found) == sorted(children)


def test_plans_of_one_id_of_two_tenants_are_two(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    call(create_plan.handler, "plans/create_plan", tenant="other", body=changed(linkedPlanServices=[]))
    assert deliver() == deliver(tenant="other") == []
    assert indexed(call)["json"] == PLAN
    assert indexed(call, tenant="other")["json"] == changed(linkedPlanServices=[])


def test_a_plan_that_is_half_indexed_is_not_answered(call: Call, index: JoinedOpenSearch, pauses: list[float]) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    for document in index.documents["plans-000001"].values():
        if document["source"]["objectId"] == SERVICES[0]["objectId"]:
            document["source"]["whole"] = json.dumps(SERVICES[0] | {"objectType": "changed"})
    answer = indexed(call)
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "1")
    index.before = once("sleep", lambda: deliver(repair=True))
    pauses.clear()
    assert indexed(call)["json"] == PLAN


# ---- the sync, in any order


def test_all_documents_of_a_plan_are_on_one_shard(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    assert objects(index) == object_ids(PLAN)
    call(create_plan.handler, "plans/create_plan", tenant="other")
    deliver(tenant="other")
    call(delete_plan.handler, "plans/delete_plan", tenant="other")
    deliver(2, tenant="other")
    routings: dict[str, set[str]] = {}
    for document in index.documents["plans-000001"].values():
        routings.setdefault(document["source"]["tenant"], set()).add(document["routing"])
    assert {tenant: len(found) for tenant, found in routings.items()} == {"acme": 1, "other": 1}
    assert None not in routings["acme"] | routings["other"]
    assert routings["acme"] != routings["other"]


def test_a_sync_that_dies_between_its_writes_does_not_claim_to_be_done(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    patched = copy.deepcopy(PLAN)
    patched["linkedPlanServices"][0]["linkedService"]["name"] = "new"
    call(replace_plan.handler, "plans/replace_plan", body=patched)
    index.before = dies("bulk", 2)
    assert len(deliver(2)) == 1
    index.before = lambda _: None
    assert deliver(2) == []  # not even as a first try: the plan's own document is the last
    assert indexed(call)["json"] == patched


def test_a_service_that_a_dead_sync_has_added_late_is_taken_out(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan", body=changed(linkedPlanServices=SERVICES[:1]))
    deliver()
    call(replace_plan.handler, "plans/replace_plan", body=PLAN)

    def overtaken() -> None:
        # Version 3 removes the service again and is indexed; the sync of version 2 then adds it, and dies.
        call(replace_plan.handler, "plans/replace_plan", body=changed(linkedPlanServices=SERVICES[:1]))
        assert deliver(3) == []
        index.deleted["plans-000001"].clear()  # OpenSearch has forgotten the deletion
        index.before = dies("bulk", 2)

    index.before = once("bulk", overtaken)
    assert len(deliver(2)) == 1
    index.before = lambda _: None
    assert SERVICES[1]["objectId"] in objects(index)
    assert deliver(2, tries=2) == []
    assert objects(index) == object_ids(changed(linkedPlanServices=SERVICES[:1]))


def test_a_service_that_a_dead_first_sync_has_left_is_taken_out(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    index.before = dies("bulk", 2)
    assert len(deliver()) == 1
    index.before = lambda _: None
    assert SERVICES[1]["objectId"] in objects(index)  # without the plan's own document
    fewer = changed(linkedPlanServices=SERVICES[:1])
    call(replace_plan.handler, "plans/replace_plan", body=fewer)
    assert deliver(2) == []
    assert objects(index) == object_ids(fewer)


def test_a_repair_takes_out_what_a_plans_first_version_never_had(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    documents = index.documents["plans-000001"]
    [service] = [d for d in documents.values() if d["source"]["objectId"] == SERVICES[0]["objectId"]]
    documents["by hand"] = service | {"source": service["source"] | {"objectId": "by hand"}}
    assert deliver(repair=True) == []
    assert objects(index) == object_ids(PLAN)


def test_a_plan_that_was_deleted_and_made_again_keeps_no_service_of_before(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    call(delete_plan.handler, "plans/delete_plan")
    again = changed(linkedPlanServices=SERVICES[:1])
    call(create_plan.handler, "plans/create_plan", body=again)
    assert deliver(3) == []
    assert objects(index) == object_ids(again)
    assert deliver(2) == []
    assert objects(index) == object_ids(again)


def test_a_plan_that_is_deleted_while_it_is_read_is_not_indexed_as_it_was(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    with before_call("GetItem", lambda: call(delete_plan.handler, "plans/delete_plan"), number=1):
        assert deliver() == []
    [tombstone] = index.documents["plans-000001"].values()
    assert (tombstone["version"], tombstone["source"]["deleted"]) == (2, True)


def test_a_plan_that_is_replaced_while_it_is_read_is_indexed_as_it_became(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    fewer = changed(linkedPlanServices=SERVICES[:1])
    replace = lambda: call(replace_plan.handler, "plans/replace_plan", body=fewer)  # noqa: E731
    with before_call("GetItem", replace, number=1):
        assert deliver() == []
    assert indexed(call)["json"] == fewer


def lose_table() -> list[dict[str, Any]]:
    """Take all items out of the table, as a restore of an earlier state does."""
    lost = [item for page in TABLE.pages("scan") for item in page["Items"]]
    for item in lost:
        TABLE.delete({"pk": item["pk"], "sk": item["sk"]})
    return lost


def test_a_repair_takes_a_plan_that_the_table_has_lost_out_of_the_index(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    lost = lose_table()
    assert deliver() == deliver(2) == []
    assert objects(index) == object_ids(PLAN)  # a change alone takes nothing out: an older state cannot be shown
    index.before = once("refresh", lambda: [TABLE.put(item) for item in lost])
    assert deliver(repair=True) == []
    assert objects(index) == object_ids(PLAN)  # it came back meanwhile
    lose_table()
    assert deliver(repair=True) == []
    assert objects(index) == set()
    assert deliver(repair=True) == []


def test_a_deleted_plan_leaves_a_tombstone_that_late_messages_do_not_undo(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    call(delete_plan.handler, "plans/delete_plan")
    assert deliver(2) == deliver(1, tries=2) == []
    [tombstone] = index.documents["plans-000001"].values()
    assert (tombstone["version"], tombstone["source"]["deleted"]) == (2, True)
    assert indexed(call)["statusCode"] == 404


def test_a_message_about_what_is_indexed_writes_nothing(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    call(patch_plan.handler, "plans/patch_plan", body={"planType": "new"})
    deliver(2)
    index.calls.clear()
    assert deliver(1) == []
    assert [called for called, *_ in index.calls] == ["get_alias", "get"]


def test_a_patch_writes_only_what_it_has_changed(call: Call, index: JoinedOpenSearch) -> None:
    plan = large_plan(5)
    call(create_plan.handler, "plans/create_plan", body=plan)
    deliver()
    name = {"objectId": plan["linkedPlanServices"][2]["objectId"], "linkedService": {"name": "new"}}
    call(patch_plan.handler, "plans/patch_plan", body={"linkedPlanServices": [name]})
    index.calls.clear()
    deliver(2)
    assert [len(operations) for called, *rest in index.calls if called == "bulk" for operations in rest] == [3, 2]


def test_a_plans_own_document_says_when_it_became_searchable(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    began = now()
    deliver(at=began)
    [told] = [d["source"] for d in index.documents["plans-000001"].values() if "indexedAt" in d["source"]]
    assert told["kind"]["name"] == "plan"
    assert began <= told["indexedAt"] <= now()
    assert REFRESH_MS <= told["lagMs"] < REFRESH_MS + 60_000


def test_an_index_remembers_deletions_for_an_hour(call: Call, index: JoinedOpenSearch) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    assert index.settings["plans-000001"]["gc_deletes"] == "1h"


def test_a_document_that_opensearch_refuses_is_indexed_without_what_is_searched(
    call: Call, index: JoinedOpenSearch
) -> None:
    call(create_plan.handler, "plans/create_plan")
    index.refuses = lambda source: "serviceText" in source
    assert deliver() == []
    assert objects(index) == object_ids(PLAN)
    assert indexed(call)["json"] == PLAN


# ---- jobs


def run_jobs() -> None:
    """Deliver the messages of jobs until there are none."""
    sqs, url = client("sqs"), settings().queues["search_jobs"]
    for _ in range(20):
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            event = copy.deepcopy(JOB)
            event["Records"][0] |= {"body": message["Body"], "attributes": {"ApproximateReceiveCount": "1"}}
            assert on_search_job.handler(event, None)["batchItemFailures"] == []


def repairs() -> list[dict[str, Any]]:
    """The messages in the queue of changes, taken out of it."""
    sqs, url = client("sqs"), settings().queues["search_index"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


def check(call: Call, **query: str) -> dict[str, Any]:
    """The result of a drift check."""
    started = call(start_drift_check.handler, "search/start_drift_check", query={"index": "plans"} | query)
    assert started["statusCode"] == 202
    run_jobs()
    found: dict[str, Any] = call(get_drift_check.handler, "search/get_drift_check", query={"index": "plans"})["json"]
    return found


def test_a_drift_check_finds_what_differs_and_a_repair_mends_it(
    call: Call, index: JoinedOpenSearch, pauses: list[float]
) -> None:
    for plan_id in ("right", "missing", "stale", "orphaned"):
        call(create_plan.handler, "plans/create_plan", body=large_plan(2) | {"objectId": plan_id})
        deliver(objectId=plan_id)
    documents = index.documents["plans-000001"]

    def place(plan_id: str, object_id: str) -> str:
        return next(
            place
            for place, document in documents.items()
            if (document["source"]["planId"], document["source"]["objectId"]) == (plan_id, object_id)
        )

    del documents[place("missing", "missing")]
    del documents[place("stale", large_plan(2)["linkedPlanServices"][0]["objectId"])]
    path = {"id": "orphaned"}
    call(delete_plan.handler, "plans/delete_plan", path=path)
    found = check(call, repair="true")
    assert {kind: found[kind]["ids"] for kind in ("missing", "stale", "orphaned", "refused")} == {
        "missing": ["missing"],
        "stale": ["stale"],
        "orphaned": ["orphaned"],
        "refused": [],
    }
    assert (found["checked"], found["repaired"]) == (3, 3)
    messages = repairs()
    assert {message["objectId"] for message in messages} == {"missing", "stale", "orphaned"}
    for message in messages:
        assert deliver(**message) == []
    again = check(call)
    assert [again[kind]["count"] for kind in ("missing", "stale", "orphaned")] == [0, 0, 0]


def test_a_check_without_repair_repairs_nothing(call: Call, index: JoinedOpenSearch, pauses: list[float]) -> None:
    call(create_plan.handler, "plans/create_plan")
    assert check(call)["missing"] == {"count": 1, "ids": [ID]}
    assert repairs() == []


def test_a_check_is_of_its_tenant_alone(call: Call, index: JoinedOpenSearch, pauses: list[float]) -> None:
    call(create_plan.handler, "plans/create_plan", tenant="other")
    found = check(call, repair="true")
    assert (found["checked"], found["missing"]["count"]) == (0, 0)
    assert repairs() == []


def test_a_change_on_its_way_to_the_index_is_no_drift(call: Call, index: JoinedOpenSearch, pauses: list[float]) -> None:
    call(create_plan.handler, "plans/create_plan")
    index.before = once("sleep", deliver)
    assert check(call)["missing"] == {"count": 0, "ids": []}


def test_a_plan_that_is_deleted_during_a_check_is_counted_once(
    call: Call, index: JoinedOpenSearch, pauses: list[float]
) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    call(replace_plan.handler, "plans/replace_plan", body=changed(planType="new"))
    index.before = once("sleep", lambda: call(delete_plan.handler, "plans/delete_plan"))
    found = check(call, repair="true")
    assert {kind: found[kind]["count"] for kind in ("missing", "stale", "orphaned")} == {
        "missing": 0,
        "stale": 0,
        "orphaned": 1,
    }
    assert (found["repaired"], len(repairs())) == (1, 1)


def test_a_plan_that_comes_back_during_a_check_is_no_drift(
    call: Call, index: JoinedOpenSearch, pauses: list[float]
) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    call(delete_plan.handler, "plans/delete_plan")
    index.before = once("sleep", lambda: call(create_plan.handler, "plans/create_plan"))
    found = check(call, repair="true")
    assert [found[kind]["count"] for kind in ("missing", "stale", "orphaned")] == [0, 0, 0]
    assert repairs() == []


def test_the_second_look_of_a_check_is_a_consistent_read(
    call: Call, index: JoinedOpenSearch, pauses: list[float]
) -> None:
    call(create_plan.handler, "plans/create_plan")
    with dynamodb_faults.injected() as faults:
        check(call)
    reads = [request.body["RequestItems"] for request in faults.requests if request.operation == "BatchGetItem"]
    assert reads
    assert all(asked["ConsistentRead"] for read in reads for asked in read.values())


def test_a_reindex_replaces_the_index_and_keeps_the_old_one_while_calls_may_use_it(
    call: Call, index: JoinedOpenSearch, pauses: list[float]
) -> None:
    plans = [large_plan(2) | {"objectId": f"plan-{number}"} for number in range(3)]
    for plan in plans:
        call(create_plan.handler, "plans/create_plan", body=plan)
        deliver(objectId=plan["objectId"])
    index.documents["plans-000001"].clear()
    index.calls.clear()
    assert call(start_reindex.handler, "search/start_reindex", query={"index": "plans"})["statusCode"] == 202
    run_jobs()
    assert index.aliases["plans"] == {"plans-000002"}
    assert index.aliases["plans-write-000002"] == {"plans-000002"}
    assert set(index.documents) == {"plans-000002"}
    for plan in plans:
        assert indexed(call, path={"id": plan["objectId"]})["json"] == plan  # type: ignore[arg-type]
    steps = [called for called, *_ in index.calls if called in ("create", "bulk", "update_aliases", "sleep", "delete")]
    assert steps == ["create", "bulk", "update_aliases", "update_aliases", "sleep", "delete"]
    assert max(pauses) > SECONDS


def test_a_reindex_counts_the_documents_of_all_its_batches(
    call: Call, index: JoinedOpenSearch, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BATCH_DOCUMENTS", 1)
    for number in range(3):
        call(create_plan.handler, "plans/create_plan", body=large_plan(2) | {"objectId": f"plan-{number}"})
    call(delete_plan.handler, "plans/delete_plan", path={"id": "plan-2"})
    call(start_reindex.handler, "search/start_reindex", query={"index": "plans"})
    run_jobs()
    done = call(get_reindex.handler, "search/get_reindex", query={"index": "plans"})["json"]
    assert (done["status"], done["plans"], done["documents"], done["refused"]["count"]) == ("completed", 2, 16, 0)


def test_a_reindex_reads_little_ahead_of_what_it_has_written(
    call: Call, index: JoinedOpenSearch, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = 16
    for number in range(plans):
        call(create_plan.handler, "plans/create_plan", body=large_plan(1) | {"objectId": f"plan-{number}"})
    monkeypatch.setattr(backfill, "BATCH_DOCUMENTS", 1)
    roots_read, ahead = 0, []

    def slow(called: str) -> None:
        if called == "bulk":
            threading.Event().wait(0.2)

    def limit(params: Any, **_: object) -> None:
        params["body"] = json.dumps(json.loads(params["body"]) | {"Limit": 3}).encode()

    def note(parsed: dict[str, Any], **_: object) -> None:
        nonlocal roots_read
        roots_read += sum(item["sk"]["S"] == "ROOT" for item in parsed["Items"])
        written = [d for d in index.documents["plans-000002"].copy().values() if "digest" in d["source"]]
        ahead.append(roots_read - len(written))

    index.before = slow
    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb.Scan", limit)
    events.register("after-call.dynamodb.Scan", note)
    try:
        call(start_reindex.handler, "search/start_reindex", query={"index": "plans"})
        run_jobs()
    finally:
        events.unregister("before-call.dynamodb.Scan", limit)
        events.unregister("after-call.dynamodb.Scan", note)
    assert len(index.documents["plans-000002"]) == 5 * plans
    # Memory would not do for all that DynamoDB reads while OpenSearch writes.
    assert max(ahead) <= backfill.WRITERS + 4


def test_a_write_during_a_reindex_is_in_the_new_index(call: Call, index: JoinedOpenSearch, pauses: list[float]) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()

    def write() -> None:
        call(replace_plan.handler, "plans/replace_plan", body=changed(planType="new"))
        deliver(2)

    index.before = once("bulk", write)
    call(start_reindex.handler, "search/start_reindex", query={"index": "plans"})
    run_jobs()
    assert set(index.documents) == {"plans-000002"}
    assert indexed(call)["json"] == changed(planType="new")


def test_a_late_sync_beside_a_reindex_leaves_no_service_that_was_removed(
    call: Call, index: JoinedOpenSearch, pauses: list[float]
) -> None:
    call(create_plan.handler, "plans/create_plan")
    deliver()
    late = list(actions_of(repository.read_plan("acme", ID)))  # read by a sync of version 1, and not written yet
    fewer = changed(linkedPlanServices=SERVICES[:1])
    call(replace_plan.handler, "plans/replace_plan", body=fewer)
    deliver(2)
    index.before = once("bulk", lambda: bulk("plans-write-000002", late))
    call(start_reindex.handler, "search/start_reindex", query={"index": "plans"})
    run_jobs()
    assert objects(index, "plans-000002") == object_ids(fewer)
    assert indexed(call)["json"] == fewer


def test_a_reindex_writes_no_plan_that_changed_while_it_was_read(
    call: Call, index: JoinedOpenSearch, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    call(create_plan.handler, "plans/create_plan")
    stored = TABLE.get(key("acme", ID, f"SERVICE#1#{SERVICES[0]['objectId']}"))
    assert stored is not None
    text = json.dumps(SERVICES[0] | {"objectType": "planservice", "_org": "half of a write"})
    scanned = {"done": False}

    def tear(params: Any, **_: object) -> None:
        if not scanned["done"]:
            TABLE.put(stored | {"document": {"S": text}})

    def mend(**_: object) -> None:
        if not scanned["done"]:
            scanned["done"] = True
            TABLE.put(stored)

    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb.Scan", tear)
    events.register("after-call.dynamodb.Scan", mend)
    try:
        call(start_reindex.handler, "search/start_reindex", query={"index": "plans"})
        run_jobs()
    finally:
        events.unregister("before-call.dynamodb.Scan", tear)
        events.unregister("after-call.dynamodb.Scan", mend)
    assert scanned["done"]
    assert indexed(call)["json"] == PLAN
