"""`payerworks plans tail` as a process of its own, on the deployed topic."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from localstack.deployed import aws_client
from localstack.layout import ROOT
from localstack.stack import Stack
from tests.integration.conftest import Api
from tests.integration.plans.conftest import new_plan, path


@pytest.fixture
def tail(running_stack: Stack) -> Iterator["subprocess.Popen[str]"]:
    """The command, connected."""
    folder = str(running_stack.layout.folder)
    command = [sys.executable, "-m", "payerworks_cli", "plans", "tail", "--json", "--stack-dir", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Connected")
        yield process
        process.kill()


def test_changes_are_printed_as_described_and_sigterm_leaves_nothing_behind(
    tail: "subprocess.Popen[str]", api: Api, stack: dict[str, Any]
) -> None:
    sqs, sns = aws_client(stack, "sqs"), aws_client(stack, "sns")
    (queue,) = sqs.list_queues(QueueNamePrefix="payerworks-tail-")["QueueUrls"]
    topic = stack["topics"]["PlanOperations"]
    assert queue.rpartition("/")[2] in str(sns.list_subscriptions_by_topic(TopicArn=topic))
    plan = new_plan()
    assert api.post("/v1/plan", plan).status == 201
    assert api.call("PATCH", path(plan), {"planType": "other"}).status == 200
    assert api.call("DELETE", path(plan)).status == 200
    assert tail.stdout is not None
    printed = [json.loads(tail.stdout.readline()) for _ in range(3)]
    document = yaml.safe_load(Path(ROOT / "docs/plan-operations.yaml").read_text())
    for operation in printed:
        jsonschema.validate(operation, document["components"]["schemas"]["planOperation"])
    told = sorted((operation["version"], operation["operation"], operation["objectId"]) for operation in printed)
    assert told == [(n + 1, kind, plan["objectId"]) for n, kind in enumerate(("created", "patched", "deleted"))]
    tail.terminate()
    assert tail.wait(60) == 0
    assert not sqs.list_queues(QueueNamePrefix="payerworks-tail-").get("QueueUrls")
    assert "payerworks-tail-" not in str(sns.list_subscriptions_by_topic(TopicArn=topic))
