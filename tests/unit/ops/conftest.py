"""Queues of the template, and messages in them."""

import json
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from payerworks.aws import client

Put = Callable[..., None]
Bodies = Callable[[str], list[str]]


def url_of(queue: str) -> str:
    """The URL of a queue, by its logical id."""
    url: str = client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
    return url


@pytest.fixture
def put(aws: botocore.session.Session) -> Put:
    """Put messages into a queue, by its logical id: texts unchanged, other values as JSON."""

    def put_all(queue: str, *messages: Any, **attributes: str) -> None:
        given = {name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()}
        texts = [message if isinstance(message, str) else json.dumps(message) for message in messages]
        entries = [
            {"Id": str(number), "MessageBody": text, "MessageAttributes": given} for number, text in enumerate(texts)
        ]
        for start in range(0, len(entries), 10):
            client("sqs").send_message_batch(QueueUrl=url_of(queue), Entries=entries[start : start + 10])

    return put_all


@pytest.fixture
def bodies(aws: botocore.session.Session) -> Bodies:
    """The bodies of a queue's visible messages, by its logical id; they stay in the queue, hidden."""

    def receive_all(queue: str) -> list[str]:
        found: list[str] = []
        while messages := client("sqs").receive_message(QueueUrl=url_of(queue), MaxNumberOfMessages=10).get("Messages"):
            found += [message["Body"] for message in messages]
        return found

    return receive_all
