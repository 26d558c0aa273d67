"""Plans of up to 5,000 services: every change of them whole or not at all, whoever reads or dies meanwhile."""

import collections
import copy
import datetime
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from localstack.deployed import aws_client, function_environment
from localstack.layout import ROOT
from payerworks.settings import settings
from plans import get_plan
from tests.integration.conftest import Api
from tests.integration.plans.conftest import new_plan, path, text
from tests.unit.conftest import api_event

MERGE = {"Content_Type": "application/merge-patch+json"}
JSON_PATCH = {"Content_Type": "application/json-patch+json"}
CUT_OFF = 502
"""What the gateway answers for a function that was ended at its limit of 29 s, as happens on a busy machine."""


class Readers:
    """Threads that go on reading a plan; what each reads must be one of the states, and never an earlier one.

    `pauses` are seconds between reads: one of the table is work of seconds for the emulator.
    """

    def __init__(self, pauses: dict[Callable[[], tuple[int, str]], float]) -> None:
        self.states: list[str | None] = [None]
        self.seen: set[int] = set()
        self.faults: list[str] = []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._follow, args=each) for each in pauses.items()]

    def _follow(self, read: Callable[[], tuple[int, str]], pause: float) -> None:
        last = 0
        while not self.stopped.wait(pause):
            status, body = read()
            if status in (503, CUT_OFF):
                continue  # it says so instead of showing half
            shown = None if status == 404 else body
            later = [number for number, state in enumerate(self.states) if number >= last and state == shown]
            if not later:
                self.faults.append(f"after state {last}: {status}, {len(body)} characters")
                return
            last = later[0]
            self.seen.add(last)

    def __enter__(self) -> "Readers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def until_seen(self, state: int) -> None:
        end = time.monotonic() + 60
        while state not in self.seen and not self.faults and time.monotonic() < end:
            time.sleep(0.05)


def test_a_plan_of_5000_services_lives_and_no_reader_sees_half_of_a_change(
    api: Api, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = new_plan(5000)
    for service in plan["linkedPlanServices"]:
        service["linkedService"]["name"] += ", " + "a service with a long name, as there are " * 7
    assert len(text(plan)) > 3_000_000
    monkeypatch.setenv("REDIS_URL", "")
    settings.cache_clear()

    def through_the_gateway() -> tuple[int, str]:
        answer = api.get(path(plan))
        return answer.status, answer.body.decode()

    def from_the_table() -> tuple[int, str]:
        event = api_event("plans/get_plan", tenant="main", path={"id": plan["objectId"]})
        answer = get_plan.handler(event, None)
        return answer["statusCode"], answer["body"]

    try:
        with Readers({through_the_gateway: 1, from_the_table: 6}) as readers:
            readers.until_seen(0)
            for method, body, headers in changes(plan, readers.states):
                make(api, plan, method, body, headers, readers.states[-1])
                readers.until_seen(len(readers.states) - 1)
    finally:
        # Left behind, it would keep the index busy for the tests that follow.
        api.call("DELETE", path(plan))
    assert readers.faults == []
    assert readers.seen == set(range(len(readers.states)))
    assert api.get(f"{path(plan)}?version=1").body.decode() == readers.states[1]


def make(api: Api, plan: dict[str, Any], method: str, body: Any, headers: dict[str, str], state: str | None) -> None:
    """Make a change; one that was cut off is looked up and, unless it was committed, made again."""
    for _ in range(5):
        answer = api.call(method, "/v1/plan" if method == "POST" else path(plan), body, **headers)
        if answer.status in (200, 201):
            assert method == "DELETE" or answer.body.decode() == state
            return
        assert answer.status == CUT_OFF, answer.body[:300]
        held = api.get(path(plan))
        if (None if held.status == 404 else held.body.decode()) == state:
            return
    pytest.fail(f"{method} is cut off every time")


def changes(plan: dict[str, Any], states: list[str | None]) -> Iterator[tuple[str, Any, dict[str, str]]]:
    """Every way to change a plan; the state that it leads to is added to `states` first."""
    plan = copy.deepcopy(plan)
    services = plan["linkedPlanServices"]

    def leading_to(state: str | None) -> None:
        states.append(state)

    leading_to(text(plan))
    yield "POST", copy.deepcopy(plan), {}
    services[4000]["planserviceCostShares"]["copay"] = 7
    leading_to(text(plan))
    change = {"objectId": services[4000]["objectId"], "planserviceCostShares": {"copay": 7}}
    yield "PATCH", {"linkedPlanServices": [change]}, {}
    moved = services.pop(10)
    services.append(moved)
    services[0]["planserviceCostShares"]["copay"] = 8
    leading_to(text(plan))
    yield (
        "PATCH",
        [
            {"op": "move", "from": "/linkedPlanServices/10", "path": "/linkedPlanServices/-"},
            {"op": "replace", "path": "/linkedPlanServices/0/planserviceCostShares/copay", "value": 8},
        ],
        JSON_PATCH,
    )
    del services[3000:3050]
    leading_to(text(plan))
    yield "PATCH", {"linkedPlanServices": services}, MERGE
    for service in services:
        service["planserviceCostShares"]["deductible"] = 11
    leading_to(text(plan))
    yield "PUT", copy.deepcopy(plan), {}
    leading_to(None)
    yield "DELETE", None, {}


def partition(stack: dict[str, Any], plan: dict[str, Any]) -> dict[str, int]:
    """How many items of each kind and generation a plan's partition has."""
    pages = (
        aws_client(stack, "dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=function_environment(stack, "GetPlan")["PLANS_TABLE"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"main#{plan['objectId']}"}},
            ProjectionExpression="sk",
        )
    )
    kinds = ("#".join(item["sk"]["S"].split("#")[:2]) for page in pages for item in page["Items"])
    return dict(collections.Counter(kinds))


def sweep(stack: dict[str, Any]) -> None:
    """Run the deployed function as its schedule would, 20 minutes from now."""
    due = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=20)
    event = json.loads((ROOT / "events/plans/on_sweep_due.json").read_text())
    payload = json.dumps(event | {"time": due.strftime("%Y-%m-%dT%H:%M:%SZ")}).encode()
    answer = aws_client(stack, "lambda").invoke(FunctionName=stack["functions"]["OnSweepDue"], Payload=payload)
    assert "FunctionError" not in answer, answer["Payload"].read()


def start(stack: dict[str, Any], module: str, *arguments: str) -> subprocess.Popen[str]:
    """Run a module of the tests in a process of its own, in the environment of a deployed function."""
    variables = function_environment(stack, "ReplacePlan")
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.integration.plans.{module}", *arguments],
        cwd=ROOT,
        env=os.environ | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("operation", "number"), [("BatchWriteItem", 1), ("BatchWriteItem", 20), ("TransactWriteItems", 1)]
)
def test_a_writer_that_is_killed_between_two_batches_leaves_the_plan_as_it_was(
    api: Api, stack: dict[str, Any], operation: str, number: int
) -> None:
    plan = new_plan(1000)
    assert api.post("/v1/plan", plan).status == 201
    before = partition(stack, plan)
    other = copy.deepcopy(plan)
    for service in other["linkedPlanServices"]:
        service["planserviceCostShares"]["copay"] = 1
    with start(stack, "dying_writer", operation, str(number)) as writer:
        printed, _ = writer.communicate(text(other))
    assert (writer.returncode, printed) == (-9, "")
    [intent] = [kind for kind in partition(stack, plan) if kind.startswith("INTENT#")]
    orphans = partition(stack, plan).get(intent.replace("INTENT", "SERVICE"), 0)
    assert (orphans == 1000) == (operation == "TransactWriteItems")
    assert api.get(path(plan)).body.decode() == text(plan)
    assert api.call("PUT", path(plan), other).body.decode() == text(other)
    sweep(stack)
    after = partition(stack, plan)
    [live] = set(after) - set(before) - {"VERSION#0000000002"}
    assert after == before | {live: 1000, "VERSION#0000000002": 1}
    assert api.get(path(plan)).body.decode() == text(other)
    assert api.get(f"{path(plan)}?version=1").body.decode() == text(plan)
    sweep(stack)
    assert partition(stack, plan) == after


def test_what_was_acknowledged_is_there_after_the_writer_was_killed(
    api: Api, stack: dict[str, Any], stored: dict[str, Any]
) -> None:
    acknowledged = 0
    with start(stack, "counting_writer", stored["objectId"]) as writer:
        for line in writer.stdout or ():
            if line.startswith("acknowledged"):
                acknowledged += 1
                assert line.split() == ["acknowledged", "200", str(99 + acknowledged)]
            if acknowledged == 15:
                writer.kill()
    copay = api.get(path(stored)).json()["planCostShares"]["copay"]
    assert copay in (99 + acknowledged, 100 + acknowledged)
    items = api.get(f"{path(stored)}/history?limit=100").json()["items"]
    assert [item["version"] for item in items] == list(range(copay - 98, 0, -1))
    for item in items[:-1]:
        shares = api.get(f"{path(stored)}?version={item['version']}").json()["planCostShares"]
        assert shares["copay"] == item["version"] + 98
