"""`payerworks plans tail`, with SNS and SQS in process."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from payerworks_cli.command_line import app

OPERATION = {
    "eventId": "main#p#2",
    "operation": "patched",
    "objectId": "p",
    "version": 2,
    "changed": ["a", "b", "c", "d", "e", "f"],
    "changedCount": 6,
    "at": "2026-11-21T10:15:00.123+00:00",
    "requestId": "r-1",
}


def client(name: str) -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return botocore.session.get_session().create_client(name, region_name="us-east-1", **keys)


@pytest.fixture
def topic() -> Iterator[str]:
    with mock_aws():
        yield client("sns").create_topic(Name="plan-operations")["TopicArn"]


@pytest.fixture(autouse=True)
def ctrl_c() -> Iterator[None]:
    """A process that a shell started in the background ignores Ctrl-C, and so would all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def stack_dir(topic: str, tmp_path: Path) -> Path:
    outputs = {"api_url": "http://127.0.0.1:9", "intake_bucket": "b", "region": "us-east-1"}
    outputs |= {"access_key_id": "test", "secret_access_key": "test"}
    admin = {"email": "admin@example.com", "password": "not-a-real-password"}
    (tmp_path / "outputs.json").write_text(json.dumps(outputs | {"admin": admin, "topics": {"PlanOperations": topic}}))
    return tmp_path


def tail(stack_dir: Path, topic: str, messages: list[dict[str, Any]], end: signal.Signals, *options: str) -> Result:
    """What it prints of these messages, published once it listens, until the signal ends it."""

    def publish(url: str) -> None:
        sns, sqs = client("sns"), client("sqs")
        for message in messages:
            sns.publish(TopicArn=topic, Message=json.dumps(message))
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        until(lambda: set(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()) == {"0"})

    return run(stack_dir, publish, end, *options)


def run(stack_dir: Path, meanwhile: Callable[[str], None], end: signal.Signals, *options: str) -> Result:
    """What the command prints while something is done with its queue, until the signal ends it."""

    def do_and_end() -> None:
        try:
            until(lambda: bool(client("sns").list_subscriptions()["Subscriptions"]))
            meanwhile(client("sqs").list_queues()["QueueUrls"][0])
        finally:
            os.kill(os.getpid(), end)

    thread = threading.Thread(target=do_and_end)
    thread.start()
    result = CliRunner().invoke(app, ["plans", "tail", "--stack-dir", str(stack_dir), *options])
    thread.join()
    return result


def until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_each_operation_is_printed_once_and_nothing_is_left_behind(
    stack_dir: Path, topic: str, end: signal.Signals
) -> None:
    other = OPERATION | {"eventId": "main#p#3", "version": 3, "changed": ["a"], "changedCount": 1}
    result = tail(stack_dir, topic, [OPERATION, OPERATION, other], end)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "2026-11-21T10:15:00.123+00:00  patched   p  version 2  6 objects: a, b, c, d, e, …",
        "2026-11-21T10:15:00.123+00:00  patched   p  version 3  1 object: a",
    ]
    assert result.stderr.startswith("Connected")
    assert "QueueUrls" not in client("sqs").list_queues()
    assert client("sns").list_subscriptions()["Subscriptions"] == []


def test_json_is_the_message_a_line(stack_dir: Path, topic: str) -> None:
    result = tail(stack_dir, topic, [OPERATION], signal.SIGTERM, "--json")
    assert json.loads(result.stdout) == OPERATION


def test_since_now_leaves_out_what_was_changed_earlier(stack_dir: Path, topic: str) -> None:
    later = OPERATION | {"eventId": "main#p#9", "version": 9, "at": "2999-01-01T00:00:00+00:00"}
    result = tail(stack_dir, topic, [OPERATION, later], signal.SIGTERM, "--since-now", "--json")
    assert json.loads(result.stdout)["version"] == 9


def test_the_queue_takes_messages_from_this_topic_only(stack_dir: Path, topic: str) -> None:
    policies: list[str] = []

    def look(url: str) -> None:
        found = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        policies.append(found["Attributes"]["Policy"])

    run(stack_dir, look, signal.SIGTERM)
    (statement,) = json.loads(policies[0])["Statement"]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": topic}}
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}


def test_a_stack_without_the_topic_is_one_sentence(stack_dir: Path) -> None:
    outputs = json.loads((stack_dir / "outputs.json").read_text()) | {"topics": {}}
    (stack_dir / "outputs.json").write_text(json.dumps(outputs))
    result = CliRunner().invoke(app, ["plans", "tail", "--stack-dir", str(stack_dir)])
    assert result.exit_code == 1
    assert "names no topic PlanOperations" in result.stderr
