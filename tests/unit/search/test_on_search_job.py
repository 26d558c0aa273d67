import copy
import json
import pathlib
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from payerworks.aws import client
from payerworks.settings import settings
from search import on_search_job
from search.jobs import repository
from search.jobs.index_job import INDEXES, IndexJob, slice_message
from tests.unit.conftest import Call

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
    assert len(delivered(slice_message(job))["batchItemFailures"]) == 1
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
