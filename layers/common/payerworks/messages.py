"""Messages: forward table streams to topics, handle SQS batches with partial failures, send to topics and queues."""

import json
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from payerworks.aws import client
from payerworks.errors import PayerworksError
from payerworks.log import log_call, log_unexpected, logger
from payerworks.settings import settings
from payerworks.times import begin_invocation

BATCH = 10
"""Maximum number of entries of one PublishBatch or SendMessageBatch call."""
BATCH_BYTES = 200_000
"""Maximum size of such a call, below the limit of both services, 256 KB."""
LONGEST_PAUSE = 300
"""Maximum number of seconds between two tries of a message."""

Records = list[dict[str, Any]]
BatchHandler = Callable[[dict[str, Any], Any], dict[str, Any]]
SecondsLeft = Callable[[], float]
"""Returns the number of seconds that an invocation has left."""


def sqs_handler(
    work: Callable[..., None],
    *,
    counts_tries: bool = False,
    knows_time: bool = False,
    last_try: Callable[[Any], None] | None = None,
) -> BatchHandler:
    """A Lambda handler that gives the JSON body of each message to `work` and reports the failed messages.

    Messages sent to the queue and messages delivered raw by a topic look the same. A failed message comes again after a
    pause that doubles with each try, and ends in the dead-letter queue after the tries of the queue's redrive policy.
    The function needs the right to sqs:ChangeMessageVisibility.

    counts_tries  `work` also gets the number of this try of the message, 1 for the first
    knows_time    `work` also gets the invocation's SecondsLeft
    last_try      gets the message after its last try (setting MESSAGE_TRIES) failed; unless it raises too, the message
                  counts as done
    """

    def run(record: dict[str, Any], context: Any) -> bool:
        arguments: list[Any] = [_try_number(record)] if counts_tries else []
        if knows_time:
            arguments.append(lambda: context.get_remaining_time_in_millis() / 1000)
        return _run(lambda message: work(message, *arguments), record)

    def run_last_try(record: dict[str, Any]) -> bool:
        was_last_try = 0 < settings().message_tries <= _try_number(record)
        return last_try is not None and was_last_try and _run(last_try, record)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        begin_invocation(context)
        return _report(record for record in event["Records"] if not (run(record, context) or run_last_try(record)))

    return handler


def sqs_group_handler(group: Callable[[Any], Hashable], work: Callable[[list[Any]], None]) -> BatchHandler:
    """As `sqs_handler`, for work on several messages at once: the messages of a batch with the same key from `group`.

    The messages of a group succeed or fail together.
    """

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        begin_invocation(context)
        groups: dict[Hashable, list[dict[str, Any]]] = {}
        for record in event["Records"]:
            groups.setdefault(_key(group, record), []).append(record)
        failed = (records for records in groups.values() if not _run(lambda *messages: work([*messages]), *records))
        return _report(record for records in failed for record in records)

    return handler


def _key(group: Callable[[Any], Hashable], record: dict[str, Any]) -> Hashable:
    try:
        return group(json.loads(record["body"]))
    except (ValueError, LookupError, TypeError):
        # With a key of its own, the message fails alone when `work` gets it.
        return ("unreadable", record["messageId"])


def _try_number(record: dict[str, Any]) -> int:
    return int(record["attributes"]["ApproximateReceiveCount"])


def _report(failed: Iterable[dict[str, Any]]) -> dict[str, Any]:
    records = list(failed)
    for record in records:
        _pause(record)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}


def _run(work: Callable[..., None], *records: dict[str, Any]) -> bool:
    """Do the work on the messages and log it. Returns whether it succeeded."""
    started = time.perf_counter()
    line: dict[str, Any] = {"message_id": records[0]["messageId"], "messages": len(records)}
    try:
        messages = [json.loads(record["body"]) for record in records]
        if isinstance(messages[0], dict):
            line["request_id"] = messages[0].get("requestId")
        work(*messages)
    except PayerworksError as error:
        logger().warning("message failed", extra=line | {"error": error.detail})
        return False
    except Exception as error:  # noqa: BLE001 — one poison message must not take its batch with it
        log_unexpected("message failed", error, **line)
        return False
    log_call("message", **line, ms=round((time.perf_counter() - started) * 1000, 1))
    return True


def _pause(record: dict[str, Any]) -> None:
    *_, region, account, name = record["eventSourceARN"].split(":")
    sqs = client("sqs")
    try:
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        seconds = min(LONGEST_PAUSE, 2 ** min(_try_number(record), 16))
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=seconds)
    except sqs.exceptions.ClientError:
        # The message comes again after the queue's own visibility time-out instead.
        logger().warning("message keeps its visibility time-out", extra={"queue": name, "region": region})


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


def send(queue_url: str, messages: Iterable[dict[str, Any]]) -> None:
    """Send messages to a queue. Raises ConnectionError if the queue refuses one."""
    sqs = client("sqs")
    for entries in _batches(messages, "MessageBody"):
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
        batch.append({"Id": str(len(batch)), body: text})
        size += len(text)
    if batch:
        yield batch
