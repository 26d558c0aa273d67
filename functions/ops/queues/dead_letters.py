"""Dead letters: looked at without their bodies, and sent back to the queue that they came from."""

import datetime
import json
import time
from collections.abc import Iterator
from typing import Any

from payerworks.aws import client
from payerworks.parts import parts
from payerworks.times import iso

MOST_SHOWN = 100
MOST_MOVED = 1000
SECONDS = 15.0
"""How long one call works on messages; API Gateway gives it 29."""
HIDDEN_SECONDS = 60
"""How long a message that is worked on is kept from others; one whose call died can be seen again after that."""
IDENTIFIERS = ("eventId", "claimId", "objectId", "task_id", "requestId", "job")
"""The members of our messages that are known to name things, and no more."""

_BATCH = 10
Message = dict[str, Any]


def look(url: str, dead: int, tenant: str) -> list[dict[str, Any]]:
    """The heads of up to 100 dead letters, of about `dead`; what names things only of this tenant or of none."""
    found = list(_new_claim(url, MOST_SHOWN, dead))
    for part in parts(found, _BATCH):
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
            for number, message in enumerate(part)
        ]
        # One that cannot be given back now is seen again a minute later.
        client("sqs").change_message_visibility_batch(QueueUrl=url, Entries=entries)
    return [_head(message, tenant) for message in found]


def move(source: str, target: str, most: int, dead: int) -> int:
    """Send up to `most` dead letters, of about `dead`, from `source` to `target`, as many as 15 s allow; their number.

    Each is deleted only after it was sent: a call that dies in between has sent one that will be sent again, and lost
    none.
    """
    sqs, moved = client("sqs"), 0
    for message in _new_claim(source, most, dead):
        sqs.send_message(
            QueueUrl=target, MessageBody=message["Body"], MessageAttributes=message.get("MessageAttributes", {})
        )
        sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
        moved += 1
    return moved


def _new_claim(url: str, most: int, expected: int) -> Iterator[Message]:
    """Messages as they are received, until there are no more, `most` are reached or the time is over."""
    end, count = time.monotonic() + SECONDS, 0
    while count < most and time.monotonic() < end:
        answer = client("sqs").receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(_BATCH, most - count),
            VisibilityTimeout=HIDDEN_SECONDS,
            # Without waiting SQS asks only some of its servers, so that a queue of a few looks empty.
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
    except ValueError:  # it may be dead because it is no JSON
        return {}
    if not isinstance(message, dict) or message.get("tenant", tenant) != tenant:
        return {}
    return {name: message[name] for name in IDENTIFIERS if isinstance(message.get(name), str)}
