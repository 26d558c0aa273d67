"""Dead messages of the deployed stack: shown, sent back, and delivered."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from localstack.deployed import aws_client
from localstack.report import log_lines
from localstack.stack import Stack
from tests.integration.claims.conftest import tenant
from tests.integration.conftest import Api


@pytest.fixture(scope="module")
def sqs(stack: dict[str, Any]) -> Any:
    return aws_client(stack, "sqs")


def handled(stack: Stack, request_id: str) -> bool:
    """Whether a function has logged that it is done with a message of a request."""
    lines = [line for _, line in log_lines(stack, 1) if request_id in line]
    return any(json.loads(line)["message"] == "message" for line in lines)


def eventually(holds: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_every_queue_of_the_stack_is_listed(api: Api, stack: dict[str, Any]) -> None:
    answer = api.get("/admin/queues")
    assert answer.status == 200, answer.body
    found = {item["name"] for item in answer.json()["items"]}
    logical = {name.removesuffix("DeadLetters") for name in stack["queues"]}
    assert {"".join(word.capitalize() for word in name.split("-")) for name in found} == logical


def test_a_dead_message_is_shown_redriven_and_arrives(api: Api, running_stack: Stack, sqs: Any) -> None:
    request_id = uuid.uuid4().hex
    # Of a job that does not exist: its receiver has nothing to do, and logs that it is done.
    own = {"job": "drift", "index": "plans", "tenant": tenant(api), "id": "none", "slice": 0}
    message = own | {"requestId": request_id}
    dead_letters = running_stack.outputs()["queues"]["SearchJobsDeadLetters"]
    sqs.send_message(QueueUrl=dead_letters, MessageBody=json.dumps(message))
    eventually(lambda: named(api, "search-jobs", request_id))
    again = named(api, "search-jobs", request_id)  # a look hides nothing
    assert [(head["about"]["job"], head["receives"] > 1) for head in again] == [("drift", True)]

    redriven = api.post("/admin/queues/search-jobs/redrive", {})
    assert redriven.status == 200, redriven.body
    assert (redriven.json()["moved"] > 0, redriven.json()["left"]) == (True, 0)
    assert named(api, "search-jobs", request_id) == []
    eventually(lambda: handled(running_stack, request_id))


def named(api: Api, queue: str, request_id: str) -> list[Any]:
    """The dead messages of a queue that came from a request."""
    answer = api.get(f"/admin/queues/{queue}")
    assert answer.status == 200, answer.body
    return [head for head in answer.json()["messages"] if head["about"].get("requestId") == request_id]
