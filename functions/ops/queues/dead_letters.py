"""Dead letters: shown without their bodies, and redriven to the queue that they came from."""

import datetime
import json
import time
from collections.abc import Iterator
from typing import Any

from payerworks.aws import client
from payerworks.parts import parts
from payerworks.times import iso

MOST_SHOWN = 100
CALL_SECONDS = 15.0
"""Longest time that one call receives messages; API Gateway allows 29 s for all of it."""
HIDDEN_SECONDS = 60
"""How long a received message stays hidden from other calls; after a crash it is visible again after that."""
IDENTIFIERS = ("eventId", "claimId", "objectId", "task_id", "requestId", "job")
"""Members of our messages that only identify things: they hold no personal data."""

_BATCH = 10
Message = dict[str, Any]


def read_heads(url: str, dead: int, tenant: str) -> list[dict[str, Any]]:
    """The heads of up to 100 of about `dead` messages; identifiers only of messages of this tenant or of no tenant."""
    messages = list(_receive(url, MOST_SHOWN, dead))
    for part in parts(messages, _BATCH):
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
            for number, message in enumerate(part)
        ]
        # A message that cannot be released now is visible again after HIDDEN_SECONDS.
        client("sqs").change_message_visibility_batch(QueueUrl=url, Entries=entries)
    return [_head(message, tenant) for message in messages]


def redrive(source: str, target: str, most: int, dead: int) -> int:
    """Send up to `most` of about `dead` messages from queue `source` to `target`, within 15 s; returns their number.

    A message is deleted only after it was sent: a crash in between repeats one message and loses none.
    """
    sqs, moved = client("sqs"), 0
    for message in _receive(source, most, dead):
        sqs.send_message(
            QueueUrl=target, MessageBody=message["Body"], MessageAttributes=message.get("MessageAttributes", {})
        )
        sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
        moved += 1
    return moved


def _receive(url: str, most: int, expected: int) -> Iterator[Message]:
    """Receive messages until the queue is empty, `most` are received, or CALL_SECONDS are over."""
    end, count = time.monotonic() + CALL_SECONDS, 0
    while count < most and time.monotonic() < end:
        answer = client("sqs").receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(_BATCH, most - count),
            VisibilityTimeout=HIDDEN_SECONDS,
            # Without a wait SQS polls only some of its servers, so a short queue can look empty.
            WaitTimeSeconds=1 if count < expected else 0,
            AttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            return
        yield from messages
        count += len(messages)


def _head(message: Message, tenant: str) -> dict[str, Any]:
    sent = datetime.datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, datetime.UTC)
    return {
        "id": message["MessageId"],
        "sentAt": iso(sent),
        "receives": int(message["Attributes"]["ApproximateReceiveCount"]),
        "about": _identifiers(message["Body"], tenant),
    }


def _identifiers(body: str, tenant: str) -> dict[str, str]:
    try:
        message = json.loads(body)
    except ValueError:  # perhaps the reason why it is dead
        return {}
    if not isinstance(message, dict) or message.get("tenant", tenant) != tenant:
        return {}
    return {name: message[name] for name in IDENTIFIERS if isinstance(message.get(name), str)}
