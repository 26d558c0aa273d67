"""Plans against the deployed stack."""

import itertools
import json
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from localstack.deployed import aws_client, function_environment
from payerworks import aws, redis_connection
from payerworks.secret import forget_copies
from payerworks.settings import settings
from tests.integration.conftest import Answer, Api

pytest.register_assert_rewrite("tests.integration.plans.held_plans")  # a failure in there shows its values too

_NUMBERS = itertools.count()


def new_plan(services: int = 2, **members: Any) -> dict[str, Any]:
    """A plan with an id of its own."""

    def linked(number: int) -> dict[str, Any]:
        return {
            "objectId": f"planservice-{number}",
            "objectType": "planservice",
            "_org": "example.com",
            "linkedService": {
                "objectId": f"service-{number}",
                "objectType": "service",
                "name": f"Yearly physical {number}",
                "_org": "example.com",
            },
            "planserviceCostShares": {
                "objectId": f"share-{number}",
                "objectType": "membercostshare",
                "deductible": 10,
                "copay": 0,
                "_org": "example.com",
            },
        }

    shares = {"objectId": "shares", "objectType": "membercostshare", "deductible": 2000, "copay": 23}
    return {
        "objectId": f"plan-{uuid.uuid4().hex[:12]}-{next(_NUMBERS)}",
        "objectType": "plan",
        "planType": "inNetwork",
        "creationDate": "12-12-2017",
        "_org": "example.com",
        "planCostShares": shares | {"_org": "example.com"},
        "linkedPlanServices": [linked(number) for number in range(services)],
    } | members


def path(plan: dict[str, Any]) -> str:
    return "/v1/plan/" + urllib.parse.quote(plan["objectId"], safe="")


def indexed_path(plan: dict[str, Any]) -> str:
    return "/v1/plan/es_plan/" + urllib.parse.quote(plan["objectId"], safe="")


def until(ask: Callable[[], Answer], good: Callable[[Answer], bool], seconds: float = 60) -> Answer:
    """Ask until the answer is good; the last one, good or not, after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if good(answer) or time.monotonic() > end:
            return answer
        time.sleep(0.1)


def indexed(api: Api, plan: dict[str, Any]) -> Answer:
    """The plan from the index, once the index has it as it is."""
    return until(lambda: api.get(indexed_path(plan)), lambda answer: answer.status == 200 and answer.json() == plan)


def drained(stack: dict[str, Any], queue: str = "SearchIndex", seconds: float = 60) -> None:
    """Wait until a queue is empty, by default that of the index."""
    sqs = aws_client(stack, "sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = sqs.get_queue_attributes(QueueUrl=stack["queues"][queue], AttributeNames=names)["Attributes"]
        if all(found[name] == "0" for name in names):
            return
        time.sleep(0.2)
    pytest.fail(f"the queue {queue} does not drain")


@pytest.fixture
def stored(api: Api) -> Iterator[dict[str, Any]]:
    """A plan that is stored, and deleted afterwards."""
    plan = new_plan()
    answer = api.post("/v1/plan", plan)
    assert answer.status == 201, answer.body
    yield plan
    api.call("DELETE", path(plan))


def text(plan: dict[str, Any]) -> str:
    return json.dumps(plan, separators=(",", ":"))


@pytest.fixture
def here(stack: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment of the deployed functions, in this process."""
    for name, value in function_environment(stack, "PatchPlan").items():
        monkeypatch.setenv(name, value)
    _forget()
    yield
    connection = redis_connection.redis()
    if connection is not None:
        connection.close()
    _forget()


def _forget() -> None:
    for cached in (settings, redis_connection.redis, aws.client, aws.session):
        cached.cache_clear()
    forget_copies()
