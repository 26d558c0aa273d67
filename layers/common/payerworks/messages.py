"""Messages: forward table streams to topics, handle SQS batches with partial failures, send to topics and queues."""

import json
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import nullcontext
from typing import Any

from payerworks.aws import client
from payerworks.errors import PayerworksError, Unavailable
from payerworks.heartbeat import kept_hidden
from payerworks.log import log_call, log_unexpected, logger
from payerworks.settings import settings
from payerworks.times import begin_invocation, seconds_left
from payerworks.visibility import hide

BATCH = 10
"""Maximum number of entries of one PublishBatch or SendMessageBatch call."""
BATCH_BYTES = 200_000
"""Maximum size of such a call, below the limit of both services, 256 KB."""
SHORTEST_PAUSE = 2
"""Minimum number of seconds between two tries of a message."""
LONGEST_PAUSE = 300
"""Maximum number of seconds between two tries of a message."""
MOST_REQUEST_IDS = 1000
"""Request ids in one log line; CloudWatch takes lines of up to 1 MB, an id has up to 128 characters."""
MESSAGE_SECONDS = 20.0
"""What must be left of an invocation to begin one more message.

A server that hangs takes up to 12 s of a message (8 s of OpenSearch, or DynamoDB's last try); then it must be paused.
"""

Records = list[dict[str, Any]]
BatchHandler = Callable[[dict[str, Any], Any], dict[str, Any]]
SecondsLeft = Callable[[], float]
"""Returns the number of seconds that an invocation has left."""


def sqs_handler(
    work: Callable[..., None],
    *,
    counts_tries: bool = False,
    knows_time: bool = False,
    is_long: bool = False,
    last_try: Callable[[Any], None] | None = None,
    shortest_pause: int = SHORTEST_PAUSE,
) -> BatchHandler:
    """A Lambda handler that gives the JSON body of each message to `work` and reports the failed messages.

    Messages sent to the queue and messages delivered raw by a topic look the same. A failed message comes again after a
    pause that doubles with each try, and ends in the dead-letter queue after the tries of the queue's redrive policy.
    Each is paused at once, so that a function that is killed later has paused it. Messages that an invocation has no
    time for, or that would wait in vain for a server that hangs, are given back untouched, with the same pause.
    The function needs the right to sqs:ChangeMessageVisibility.

    counts_tries    `work` also gets the number of this try of the message, 1 for the first
    knows_time      `work` also gets the invocation's SecondsLeft
    is_long         work takes minutes: heartbeats hide the message (heartbeat.py), so another try follows a crash soon
    last_try        gets the message after its last try (setting MESSAGE_TRIES) failed; unless it raises too, the
                    message counts as done. A message given back on its last try is dead without that; messages that
                    were received most often are therefore the first of their batch.
    shortest_pause  seconds between two tries at least
    """

    def run(records: Records, context: Any) -> Exception | None:
        [record] = records
        arguments: list[Any] = [_try_number(record)] if counts_tries else []
        if knows_time:
            arguments.append(lambda: context.get_remaining_time_in_millis() / 1000)
        with kept_hidden(record) if is_long else nullcontext():
            error = _run(lambda message: work(message, *arguments), record)
        if error is not None and last_try is not None and 0 < settings().message_tries <= _try_number(record):
            error = _run(last_try, record)
        return error

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        begin_invocation(context)
        groups = [[record] for record in event["Records"]]
        return _work_on(groups, lambda records: run(records, context), shortest_pause)

    return handler


def sqs_group_handler(group: Callable[[Any], Hashable], work: Callable[[list[Any]], None]) -> BatchHandler:
    """As `sqs_handler`, for work on several messages at once: the messages of a batch with the same key from `group`.

    The messages of a group succeed or fail together.
    """

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        begin_invocation(context)
        groups: dict[Hashable, Records] = {}
        for record in event["Records"]:
            groups.setdefault(_key(group, record), []).append(record)
        return _work_on(list(groups.values()), lambda records: _run(lambda *messages: work([*messages]), *records))

    return handler


def _work_on(
    groups: Sequence[Records], run: Callable[[Records], Exception | None], shortest_pause: int = SHORTEST_PAUSE
) -> dict[str, Any]:
    """Work on a batch, one group of messages after the other; pause and report what failed or was given back.

    The first group is always worked on: each delivery of a batch gets something done or tried.
    """
    waiting = sorted(groups, key=lambda records: -max(map(_try_number, records)))
    failed: Records = []
    is_hanging, can_pause = False, True
    while waiting and not is_hanging and (len(waiting) == len(groups) or seconds_left() >= MESSAGE_SECONDS):
        records = waiting.pop(0)
        error = run(records)
        if error is not None:
            is_hanging = isinstance(error, Unavailable) and error.is_hanging
            can_pause = can_pause and _pause(records, shortest_pause)
            failed += records
    untouched = [record for records in waiting for record in records]
    if untouched:
        reason = "a server hangs" if is_hanging else "no time is left"
        logger().warning("messages given back", extra={"messages": len(untouched), "reason": reason})
        if can_pause:
            _pause(untouched, shortest_pause)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed + untouched]}


def _key(group: Callable[[Any], Hashable], record: dict[str, Any]) -> Hashable:
    try:
        return group(json.loads(record["body"]))
    except (ValueError, LookupError, TypeError):
        # With a key of its own, the message fails alone when `work` gets it.
        return ("unreadable", record["messageId"])


def _try_number(record: dict[str, Any]) -> int:
    return int(record["attributes"]["ApproximateReceiveCount"])


def _run(work: Callable[..., None], *records: dict[str, Any]) -> Exception | None:
    """Do the work on the messages and log it. Returns the error if it failed."""
    started = time.perf_counter()
    line: dict[str, Any] = {"message_id": records[0]["messageId"], "messages": len(records)}
    try:
        messages = [json.loads(record["body"]) for record in records]
        line |= _request_ids(messages)
        work(*messages)
    except PayerworksError as error:
        logger().warning("message failed", extra=line | {"error": error.detail})
        return error
    except Exception as error:  # noqa: BLE001 — one poison message must not take its batch with it
        log_unexpected("message failed", error, **line)
        return error
    log_call("message", **line, ms=round((time.perf_counter() - started) * 1000, 1))
    return None


def _request_ids(messages: Sequence[Any]) -> dict[str, Any]:
    """The members of a log line that name the calls whose work messages are: `requestId`, or `requestIds` of many."""
    found: dict[str, None] = {}
    for message in messages:
        if isinstance(message, dict):
            ids = message.get("requestIds") or [message.get("requestId")]
            found |= dict.fromkeys(each for each in ids if isinstance(each, str))
    if len(found) < 2:
        return {"request_id": next(iter(found), None)}
    return {"request_ids": list(found)[:MOST_REQUEST_IDS]}


def pause_seconds(try_number: int, shortest: int = SHORTEST_PAUSE) -> int:
    """The pause after a try of a message that failed."""
    return max(shortest, LONGEST_PAUSE if try_number > 8 else 1 << try_number)


def _pause(records: Records, shortest: int) -> bool:
    """Pause messages. Returns whether SQS answered: if not, the next pause of a batch would only wait as long."""
    return hide(records, [pause_seconds(_try_number(record), shortest) for record in records])


def stream_forwarder(topic: str, messages_of: Callable[[Records], Sequence[dict[str, Any]]]) -> BatchHandler:
    """A Lambda handler that publishes the messages about a table stream's records to a topic, by the topic's name.

    It raises until all are published, and so gets the batch again.
    """

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        messages = messages_of(event["Records"])
        publish(settings().topics[topic], messages)
        log_call("published", records=len(event["Records"]), messages=len(messages))
        return {"batchItemFailures": []}

    return handler


def publish(topic_arn: str, messages: Sequence[dict[str, Any]]) -> None:
    """Publish messages to a topic. Raises ConnectionError if the topic refuses one, so that the batch comes again."""
    sns = client("sns")
    for entries in _batches(messages, "Message"):
        failed = sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries)["Failed"]
        if failed:
            raise ConnectionError(f"{len(failed)} of {len(entries)} messages were not published: {failed[0]['Code']}")


def send(queue_url: str, messages: Iterable[dict[str, Any]], delay_seconds: int = 0) -> None:
    """Send messages to a queue, delivered after a delay. Raises ConnectionError if the queue refuses one."""
    sqs = client("sqs")
    delay: dict[str, Any] = {"DelaySeconds": delay_seconds} if delay_seconds else {}
    for batch in _batches(messages, "MessageBody"):
        entries = [entry | delay for entry in batch]
        failed = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries).get("Failed")
        if failed:
            raise ConnectionError(f"{len(failed)} of {len(entries)} messages were not sent: {failed[0]['Code']}")


def _batches(messages: Iterable[dict[str, Any]], body: str) -> Iterable[list[dict[str, str]]]:
    batch: list[dict[str, str]] = []
    size = 0
    for message in messages:
        text = json.dumps(message, separators=(",", ":"))
        if batch and (len(batch) == BATCH or size + len(text) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        # A tenant with many messages does not hold up the others' (Amazon SQS Developer Guide, "fair queues").
        group = {"MessageGroupId": message["tenant"]} if message.get("tenant") else {}
        batch.append({"Id": str(len(batch)), body: text} | group)
        size += len(text)
    if batch:
        yield batch
