import copy
import datetime
import json
import pathlib
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from payerworks.aws import client
from payerworks.opensearch import SECONDS, bulk
from payerworks.settings import settings
from plans import replace_plan
from plans.index.documents import service_actions
from plans.plan.stored_plan import creation
from plans.storage import repository as plans
from plans.storage.items import Author
from search import on_search_job
from search.jobs import index_job, reindexing, repository
from search.jobs.index_job import INDEXES, IndexJob, JobStatus, slice_message
from search.plans import backfill
from search.plans.drift import recheck
from search.plans.sync import TARGETS
from tests.unit.clock import Clock
from tests.unit.conftest import TEMPLATE, Call
from tests.unit.fake_opensearch import FakeOpenSearch
from tests.unit.paused_messages import batch, pauses
from tests.unit.plans.plans import large_plan

EVENT: dict[str, Any] = json.loads((pathlib.Path(__file__).parents[3] / "events/search/on_search_job.json").read_text())


def delivered(message: dict[str, Any], tries: int = 1) -> dict[str, Any]:
    """What the handler says of a message."""
    event = copy.deepcopy(EVENT)
    event["Records"][0] |= {"body": json.dumps(message), "attributes": {"ApproximateReceiveCount": str(tries)}}
    return on_search_job.handler(event, None)


def queued() -> list[dict[str, Any]]:
    """The messages of the jobs' queue, taken out of it."""
    sqs, url = client("sqs"), settings().queues["search_jobs"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in found]


@pytest.fixture
def job(call: Call) -> IndexJob:
    """A reindex whose first message has been taken."""
    begun = repository.start_job("reindex", "", "request", alone=True)
    queued()
    return begun


def read() -> IndexJob:
    found = repository.read_job("reindex", "")
    assert found is not None
    return found


def test_a_slice_whose_next_message_was_lost_sends_it_again(job: IndexJob) -> None:
    repository.finish_slice(job, replace(job, step="fill"))
    queued()
    assert delivered(slice_message(job))["batchItemFailures"] == []
    assert queued() == [slice_message(job) | {"slice": 1}]


def test_a_slice_that_another_delivery_has_done_is_not_stored_again(job: IndexJob) -> None:
    assert repository.finish_slice(job, replace(job, step="fill"))
    assert not repository.finish_slice(job, replace(job, step="create"))
    assert read().step == "fill"


def test_messages_of_a_job_that_ended_or_was_replaced_do_nothing(job: IndexJob) -> None:
    repository.finish_slice(job, replace(job, status="completed"))
    assert queued() == []
    assert delivered(slice_message(job))["batchItemFailures"] == []
    new = repository.start_job("reindex", "", "request", alone=True)
    queued()
    assert delivered(slice_message(job))["batchItemFailures"] == []
    assert (queued(), read()) == ([], new)


def test_while_search_is_down_the_message_stays_and_the_job_says_why(
    job: IndexJob, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    environment(OPENSEARCH_ENDPOINT="http://127.0.0.1:2")
    clock = Clock(monkeypatch)
    with pauses(clock) as paused:
        assert len(on_search_job.handler(batch([slice_message(job)]), clock.invocation(240))["batchItemFailures"]) == 1
    assert [pause.seconds for pause in paused] == [SECONDS]
    assert read().error == "Search does not answer just now; try again."
    assert read().slices == 0
    assert repository.finish_slice(job, replace(job, step="create"))
    assert read().error is None


def test_the_schedule_begins_checks_of_all_tenants_that_repair(call: Call) -> None:
    assert delivered({"job": "drift", "requestId": "schedule"})["batchItemFailures"] == []
    begun = [repository.read_job("drift", "", index) for index in INDEXES]
    assert [job.details for job in begun if job] == [{"repair": True}] * 2
    messages = sorted(queued(), key=lambda message: str(message["index"]), reverse=True)
    assert messages == [slice_message(job) for job in begun if job]


@pytest.fixture
def strays(call: Call, opensearch: FakeOpenSearch, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A slice of a reindex has written services of version 1 and failed; then version 2 removed them from both plans.

    A batch has one plan, and a slice one batch. The value has the ids of the plans.
    """
    monkeypatch.setattr(backfill, "BATCH_DOCUMENTS", 1)
    monkeypatch.setattr(reindexing, "SLICE_SECONDS", -1)
    [alias] = TARGETS.write_targets()
    ids = ["a", "b"]
    for plan_id in ids:
        plan = large_plan(2) | {"objectId": plan_id}
        plans.commit_change(creation("acme", plan, None, "seed"), Author("u-1", "r-1"))
        stored = plans.read_plan("acme", plan_id)
        bulk(alias, [action for part in stored.services for action in service_actions(stored.root, part)])
        smaller = large_plan(1) | {"objectId": plan_id}
        answer = call(replace_plan.handler, "plans/replace_plan", path={"id": plan_id}, body=smaller)
        assert answer["statusCode"] == 200
    return ids


def fill(**changes: Any) -> IndexJob:
    """A reindex whose next slice fills the only index."""
    begun = repository.start_job("reindex", "", "request", alone=True)
    assert repository.finish_slice(begun, replace(begun, step="fill", details={"index": "plans-000001"}, **changes))
    return read()


def strays_left(ids: list[str]) -> list[tuple[str, str]]:
    return [finding.key for finding in recheck([("acme", plan_id) for plan_id in ids])]


def test_all_slices_after_a_repeated_one_verify_what_they_write(strays: list[str]) -> None:
    fill()
    tries = 2
    while read().step == "fill":
        assert delivered(slice_message(read()), tries)["batchItemFailures"] == []
        tries = 1
    assert read().slices > 2
    assert strays_left(strays) == []


def test_a_redriven_slice_verifies_what_it_writes(strays: list[str]) -> None:
    repository.note_failure(fill(), "Search does not answer just now; try again.")
    while read().step == "fill":
        assert delivered(slice_message(read()))["batchItemFailures"] == []
    assert strays_left(strays) == []


@pytest.mark.parametrize(("seconds", "is_late"), [(60, False), (index_job.KILLED_SECONDS + 60, True)])
def test_a_slice_that_begins_late_may_follow_one_that_was_killed(job: IndexJob, seconds: int, is_late: bool) -> None:
    before = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=seconds)
    assert replace(job, updated_at=before.isoformat()).was_interrupted == is_late


@pytest.mark.parametrize(
    ("minutes", "status", "stalled"), [(29, "running", False), (31, "running", True), (31, "completed", False)]
)
def test_a_job_is_stalled_after_half_an_hour_without_a_slice(
    job: IndexJob, minutes: int, status: JobStatus, stalled: bool
) -> None:
    before = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=minutes)
    assert replace(job, updated_at=before.isoformat(), status=status).stalled == stalled


def test_a_killed_slice_comes_again_late_enough_to_be_told_from_a_first_try() -> None:
    queue = TEMPLATE.template["Resources"]["SearchJobs"]["Properties"]
    assert index_job.KILLED_SECONDS < queue["VisibilityTimeout"] < index_job.STALLED_SECONDS


def test_a_job_that_makes_no_progress_ends_as_failed(job: IndexJob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(on_search_job._STEPS, "reindex", lambda job, verify: job)
    sent = 0
    waiting = [slice_message(job)]
    while waiting and sent <= 100:
        sent += 1
        assert delivered(waiting[0])["batchItemFailures"] == []
        waiting = queued()
    assert (sent, waiting) == (index_job.MAX_IDLE, [])
    assert (read().status, read().error) == ("failed", "The job was given up: the last slices made no progress.")
    assert read().finished_at is not None
    assert repository.start_job("reindex", "", "request", alone=True).slices == 0


def test_a_slice_with_progress_lets_a_job_go_on(job: IndexJob) -> None:
    stuck = replace(job, step="fill", position=1, idle=index_job.MAX_IDLE - 1)
    assert index_job.after_slice(stuck, stuck).status == "failed"
    for progress in (replace(stuck, position=2), replace(stuck, step="switch")):
        after = index_job.after_slice(stuck, progress)
        assert (after.status, after.idle) == ("running", 0)


def test_a_job_that_goes_round_and_round_ends_as_failed(job: IndexJob) -> None:
    last = replace(job, step="fill", position=1, slices=index_job.MAX_SLICES - 1)
    after = index_job.after_slice(last, replace(last, position=2))
    assert (after.status, after.error) == ("failed", "The job was given up: it takes too many slices.")
    assert index_job.after_slice(last, replace(last, status="completed")).status == "completed"


def test_a_job_stored_before_it_counted_its_progress_goes_on(job: IndexJob) -> None:
    item = repository._TABLE.get(repository._job_key("reindex", "", "plans", "JOB"))
    assert item is not None
    stored = json.loads(item["job"]["S"])
    del stored["idle"]
    repository._TABLE.put(item | {"job": {"S": json.dumps(stored)}})
    assert read() == job
