"""SQS and SNS in memory: at least once, in any order, with doubles, delays, visibility time-outs and dead letters."""

import functools
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from payerworks.dynamodb import busy
from tests.models.scheduler import Scheduler

Message = dict[str, Any]
SECONDS = 10.0
"""How long the client waits for an answer (payerworks/aws.py)."""
SENDS = 3
"""How often a call tries to hand over its entry of the audit (payerworks/sqs.py)."""
HASTE = 2.0
"""Seconds from the receipt of a message to the start of the function at most."""

_REFUSAL: Any = {"Error": {"Code": "InvalidParameterValue"}, "ResponseMetadata": {"HTTPStatusCode": 400}}


@dataclass
class Held:
    """A message in a queue; `handle` changes with each receipt."""

    id: str
    body: str
    sent_at: float
    visible_at: float
    receives: int = 0
    handle: str = ""


@dataclass
class Queue:
    """A queue; `consume` is called with the records of a batch, if a function is its consumer.

    most_receives  receipts before a message becomes a dead letter
    """

    name: str
    visibility: float
    most_receives: int = 1000
    dead: "Queue | None" = None
    batch: int = 10
    consume: Callable[[list[Message]], None] | None = None
    held: dict[str, Held] = field(default_factory=dict)


class Queues:
    """All queues, with SQS's and SNS's clients."""

    exceptions = SimpleNamespace(ClientError=ClientError)

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.queues: dict[str, Queue] = {}
        self.subscriptions: dict[str, list[tuple[Queue, dict[str, list[str]]]]] = {}
        self.dead_letters: Counter[str] = Counter()
        self._ids = itertools.count(1)

    def url_of(self, name: str) -> str:
        return f"https://sqs/{name}"

    # ---- the clients' methods

    def get_queue_url(self, QueueName: str, **_: str) -> Message:
        return {"QueueUrl": self.url_of(QueueName)}

    def send_message(self, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> None:
        """As payerworks/sqs.py: sent again for a while if there is no answer. Raises Unavailable."""
        queue = self._queue(QueueUrl)
        for _ in range(SENDS):
            try:
                self._call(
                    f"send to {queue.name}",
                    lambda: self._scheduler.after(DelaySeconds, lambda: self.put(queue, MessageBody)),
                )
            except ReadTimeoutError:
                continue
            return
        raise busy()

    def send_message_batch(self, QueueUrl: str, Entries: Sequence[Message]) -> Message:
        queue = self._queue(QueueUrl)

        def effect() -> Message:
            failed = [entry for entry in Entries if self._scheduler.chance(self._scheduler.weather.busy / 3)]
            for entry in Entries:
                if entry not in failed:
                    put = functools.partial(self.put, queue, entry["MessageBody"])
                    self._scheduler.after(entry["DelaySeconds"], put) if "DelaySeconds" in entry else put()
            return {"Failed": [{"Id": entry["Id"], "Code": "InternalError"} for entry in failed]} if failed else {}

        answer: Message = self._call(f"send {len(Entries)} to {queue.name}", effect)
        return answer

    def change_message_visibility(self, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:
        """Raises ClientError if the message is visible again, or gone."""
        entry = {"Id": "0", "ReceiptHandle": ReceiptHandle, "VisibilityTimeout": VisibilityTimeout}
        if self.change_message_visibility_batch(QueueUrl, [entry])["Failed"]:
            raise ClientError(_REFUSAL, "ChangeMessageVisibility")

    def change_message_visibility_batch(self, QueueUrl: str, Entries: Sequence[Message]) -> Message:
        queue = self._queue(QueueUrl)
        shown = ", ".join(f"{entry['ReceiptHandle']} for {entry['VisibilityTimeout']} s" for entry in Entries)
        answer: Message = self._call(f"pause {shown}", lambda: {"Failed": [*self._not_paused(queue, Entries)]})
        return answer

    def _not_paused(self, queue: Queue, entries: Sequence[Message]) -> Iterator[Message]:
        by_handle = {held.handle: held for held in queue.held.values() if held.visible_at > self._scheduler.now}
        for entry in entries:
            if held := by_handle.get(entry["ReceiptHandle"]):
                self._hide(queue, held, entry["VisibilityTimeout"])
            else:
                yield {"Id": entry["Id"], "Code": "InvalidParameterValue"}

    def publish_batch(self, TopicArn: str, PublishBatchRequestEntries: Sequence[Message]) -> Message:
        def effect() -> Message:
            failed = []
            for entry in PublishBatchRequestEntries:
                if self._scheduler.chance(self._scheduler.weather.busy / 3):
                    failed.append({"Id": entry["Id"], "Code": "InternalError"})
                    continue
                self._fan_out(TopicArn, entry["Message"])
            return {"Failed": failed}

        answer: Message = self._call(f"publish {len(PublishBatchRequestEntries)} to {TopicArn}", effect)
        return answer

    def waiting_messages(self, queue_url: str) -> int:
        """What `payerworks.sqs.waiting_messages` says."""
        queue = self._queue(queue_url)
        limit: dict[str, Any] = {"limit": SECONDS, "no_answer": busy}
        count: int = self._scheduler.call(f"count the messages of {queue.name}", lambda: len(queue.held), **limit)
        return count

    def _call(self, words: str, effect: Callable[[], Any]) -> Any:
        return self._scheduler.call(words, effect, limit=SECONDS, no_answer=lambda: ReadTimeoutError(endpoint_url=""))

    def _queue(self, url: str) -> Queue:
        return self.queues[url.rpartition("/")[2]]

    # ---- what happens in the service

    def _fan_out(self, topic: str, body: str) -> None:
        message = json.loads(body)
        for queue, wanted in self.subscriptions.get(topic, ()):
            if all(message.get(name) in values for name, values in wanted.items()):
                self._scheduler.after(self._delivery(), lambda queue=queue: self.put(queue, body))  # type: ignore[misc]

    def _delivery(self) -> float:
        draw = self._scheduler.draw
        if self._scheduler.chance(self._scheduler.weather.late):
            return draw.choice((1.0, 30.0, 300.0)) * draw.random()
        return 0.03 * draw.random()

    def put(self, queue: Queue, body: str) -> None:
        """A message arrives in a queue."""
        now = self._scheduler.now
        name = f"{queue.name}-{next(self._ids)}"
        held = queue.held[name] = Held(name, body, now, now)
        self._hide(queue, held, self._delivery())

    def _hide(self, queue: Queue, held: Held, seconds: float) -> None:
        held.visible_at = self._scheduler.now + seconds
        self._scheduler.after(seconds, lambda: self._deliver(queue))

    def _deliver(self, queue: Queue) -> None:
        """Give the function a batch of the messages that are visible now."""
        if queue.consume is None:
            return
        draw, now = self._scheduler.draw, self._scheduler.now
        visible = [held for held in queue.held.values() if held.visible_at <= now]
        draw.shuffle(visible)
        batch = visible[: draw.choice((1, 2, queue.batch, queue.batch))]
        batch = batch[: queue.batch]
        for held in visible[len(batch) :]:
            self._hide(queue, held, 0.01 * draw.random())
        records = [record for held in batch if (record := self._received(queue, held))]
        if records:
            consume = queue.consume
            self._scheduler.after(HASTE * draw.random() ** 4, lambda: consume(records))

    def _received(self, queue: Queue, held: Held) -> Message | None:
        if held.receives >= queue.most_receives:
            del queue.held[held.id]
            if queue.dead is not None:
                self._scheduler.note(f"{held.id} becomes a dead letter")
                self.dead_letters[queue.dead.name] += 1
                self.put(queue.dead, held.body)
            return None
        held.receives += 1
        held.handle = f"{held.id}/{held.receives}"
        doubled = self._scheduler.chance(self._scheduler.weather.double)
        self._hide(queue, held, 3 * self._scheduler.draw.random() if doubled else queue.visibility)
        return {
            "messageId": held.id,
            "receiptHandle": held.handle,
            "body": held.body,
            "attributes": {
                "ApproximateReceiveCount": str(held.receives),
                "SentTimestamp": str(int(held.sent_at * 1000)),
                "ApproximateFirstReceiveTimestamp": str(int(self._scheduler.now * 1000)),
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue.name}",
        }

    def done(self, queue: Queue, records: Sequence[Message], failed: set[str]) -> None:
        """A function has ended with some messages failed: the others are deleted."""
        for record in records:
            held = queue.held.get(record["messageId"])
            # A message that was received again meanwhile stays: its new receipt decides.
            if held and record["messageId"] not in failed and held.handle == record["receiptHandle"]:
                del queue.held[held.id]

    def redrive(self) -> int:
        """Move all dead letters back to their queues; returns their number."""
        moved = 0
        for queue in self.queues.values():
            dead = list(queue.dead.held.values()) if queue.dead else []
            if queue.dead:
                queue.dead.held.clear()
            for held in dead:
                self.put(queue, held.body)
            moved += len(dead)
        return moved
