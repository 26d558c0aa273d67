"""Batches of messages for the handlers of queues, and the pauses that these ask for."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple

from payerworks.aws import client
from tests.unit.clock import Clock

_ARN = "arn:aws:sqs:us-east-1:123456789012:"


class Pause(NamedTuple):
    """What a handler asked for: when, for which message, and for how many seconds."""

    at: float
    message: str
    seconds: int


def batch(bodies: Sequence[Any], queue: str = "SearchIndex", tries: Sequence[int] = ()) -> dict[str, Any]:
    """An event with messages of these bodies; their ids, and their receipt handles, are their numbers."""
    records = [
        {
            "messageId": str(number),
            "receiptHandle": str(number),
            "body": json.dumps(body),
            "attributes": {"ApproximateReceiveCount": str(tries[number] if tries else 1)},
            "eventSourceARN": _ARN + queue,
        }
        for number, body in enumerate(bodies)
    ]
    return {"Records": records}


def reported(answer: dict[str, Any]) -> list[str]:
    """The ids of the messages that a handler reports as failed, in order."""
    return sorted((failure["itemIdentifier"] for failure in answer["batchItemFailures"]), key=int)


@contextmanager
def pauses(clock: Clock) -> Iterator[list[Pause]]:
    """The pauses asked for meanwhile, each of messages made by `batch`."""
    made: list[Pause] = []

    def pause(params: Any, **_: Any) -> Any:
        body = json.loads(params["body"])
        entries = body.get("Entries", [body])
        made.extend(Pause(clock.now, entry["ReceiptHandle"], entry["VisibilityTimeout"]) for entry in entries)
        return SimpleNamespace(status_code=200), {}

    events = client("sqs").meta.events
    names = ["before-call.sqs.ChangeMessageVisibility", "before-call.sqs.ChangeMessageVisibilityBatch"]
    for name in names:
        events.register_first(name, pause)
    try:
        yield made
    finally:
        for name in names:
            events.unregister(name, pause)
