"""Messages that SNS or SQS takes only in part are not lost: the caller fails, and is called again."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from claims import on_claim_changed
from intake import on_file_uploaded, on_patient_changed
from payerworks.aws import client
from plans import on_plan_changed
from search import on_search_job
from search.jobs import repository
from search.jobs.index_job import slice_message
from tests.unit.conftest import ROOT, Call
from tests.unit.intake.conftest import Intake, Invocation, sqs_event
from tests.unit.intake.conftest import intake as intake  # a fixture

Refuse = Callable[[str, int], list[Any]]


@pytest.fixture
def refuse(aws: object) -> Iterator[Refuse]:
    """From now on a service takes all entries of a batch but the one with a number; the entries that it was given."""
    undo: list[Callable[[], None]] = []

    def begin(service: str, number: int) -> list[Any]:
        operation = {"sns": "PublishBatch", "sqs": "SendMessageBatch"}[service]
        events, name, given = client(service).meta.events, f"after-call.{service}.{operation}", []

        def fail(parsed: dict[str, Any], **_: object) -> None:
            given.extend(parsed["Successful"])
            entry = {"Id": str(number), "Code": "InternalError", "SenderFault": False}
            parsed["Failed"] = [entry]

        events.register(name, fail)
        undo.append(lambda: events.unregister(name, fail))
        return given

    yield begin
    for step in undo:
        step()


STREAMS = [
    (on_plan_changed.handler, "plans/on_plan_changed"),
    (on_claim_changed.handler, "claims/on_claim_changed"),
    (on_patient_changed.handler, "intake/on_patient_changed"),
]


@pytest.mark.parametrize(("handler", "name"), STREAMS, ids=[name for _, name in STREAMS])
def test_a_stream_whose_messages_a_topic_refuses_comes_again(refuse: Refuse, handler: Any, name: str) -> None:
    event = json.loads((ROOT / f"events/{name}.json").read_text())
    given = refuse("sns", 0)
    with pytest.raises(ConnectionError, match="1 of 1 messages were not published: InternalError"):
        handler(event, None)
    assert given


def test_a_stream_whose_message_a_queue_refuses_comes_again(refuse: Refuse) -> None:
    event = json.loads((ROOT / "events/claims/on_claim_changed.json").read_text())
    refuse("sqs", 0)
    with pytest.raises(ConnectionError, match="1 of 1 messages were not sent: InternalError"):
        on_claim_changed.handler(event, None)


def test_a_file_whose_chunks_a_queue_refuses_is_split_again(intake: Intake, refuse: Refuse) -> None:
    header = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
    message = intake.put(header + "M1,Ada,Field,1990-02-14,V-1,2024-11-01,Annual physical\n")
    assert refuse("sqs", 0) == []
    event = sqs_event("on_file_uploaded", message)
    assert len(on_file_uploaded.handler(event, Invocation())["batchItemFailures"]) == 1


def test_a_job_whose_next_message_a_queue_refuses_is_tried_again(call: Call, refuse: Refuse) -> None:
    job = repository.start_job("drift", "", "request")
    repository.finish_slice(job, job)
    refuse("sqs", 0)
    event = json.loads((ROOT / "events/search/on_search_job.json").read_text())
    event["Records"][0]["body"] = json.dumps(slice_message(job))
    assert len(on_search_job.handler(event, None)["batchItemFailures"]) == 1
