"""Messages: table streams to topics, SQS batches with partial failures, sending to topics and queues."""

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
"""Entries of one PublishBatch or SendMessageBatch call at most."""
LONGEST_PAUSE = 300
"""Seconds between two tries of a message at most."""
BATCH_BYTES = 200_000
"""Bytes of such a call, below the 256 KB that both services take."""


BatchHandler = Callable[[dict[str, Any], Any], dict[str, Any]]
SecondsLeft = Callable[[], float]
"""Tells how many seconds an invocation still has."""


def sqs_handler(
    work: Callable[..., None],
    *,
    counts_tries: bool = False,
    knows_time: bool = False,
    last_try: Callable[[Any], None] | None = None,
) -> BatchHandler:
    """A Lambda handler that gives each message's JSON body to `work` and reports those that failed, one by one.

    A message that a topic delivered raw and one that was sent to the queue look the same. What failed comes again
    after a pause that doubles with each try, and ends in the dead-letter queue after as many as the queue's redrive
    policy allows. The function needs the right to sqs:ChangeMessageVisibility. With `counts_tries`, `work` is also
    given which try of the message this is: 1 for the first; with `knows_time` the invocation's SecondsLeft.

    Where the last of the tries that the setting MESSAGE_TRIES names has failed, `last_try` is called with the message;
    unless that raises too, the message is done.
    """

    def done(record: dict[str, Any], context: Any) -> bool:
        told: list[Any] = [int(record["attributes"]["ApproximateReceiveCount"])] if counts_tries else []
        if knows_time:
            told.append(lambda: context.get_remaining_time_in_millis() / 1000)
        return _done(lambda message: work(message, *told), record)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        begin_invocation(context)
        return _reported(record for record in event["Records"] if not (done(record, context) or saved(record)))

    def saved(record: dict[str, Any]) -> bool:
        return last_try is not None and _was_last_try(record) and _done(last_try, record)

    return handler


def sqs_group_handler(group: Callable[[Any], Hashable], work: Callable[[list[Any]], None]) -> BatchHandler:
    """As `sqs_handler`, for work on several messages at once: those of a batch to which `group` gives the same key.

    They are done or fail together.
    """

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        begin_invocation(context)
        groups: dict[Hashable, list[dict[str, Any]]] = {}
        for record in event["Records"]:
            groups.setdefault(_key(group, record), []).append(record)
        failed = (records for records in groups.values() if not _done(lambda *messages: work([*messages]), *records))
        return _reported(record for records in failed for record in records)

    return handler


def _key(group: Callable[[Any], Hashable], record: dict[str, Any]) -> Hashable:
    try:
        return group(json.loads(record["body"]))
    except (ValueError, LookupError, TypeError):
        # Alone with its key, it fails when it is worked on, and takes no other with it.
        return ("unreadable", record["messageId"])


def _was_last_try(record: dict[str, Any]) -> bool:
    return 0 < settings().message_tries <= int(record["attributes"]["ApproximateReceiveCount"])


def _reported(failed: Iterable[dict[str, Any]]) -> dict[str, Any]:
    records = list(failed)
    for record in records:
        _pause(record)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}


def _done(work: Callable[..., None], *records: dict[str, Any]) -> bool:
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
    tries = int(record["attributes"]["ApproximateReceiveCount"])
    *_, region, account, name = record["eventSourceARN"].split(":")
    sqs = client("sqs")
    try:
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        seconds = min(LONGEST_PAUSE, 2 ** min(tries, 16))
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=seconds)
    except sqs.exceptions.ClientError:
        # The message then comes again after the queue's own visibility time-out.
        logger().warning("message keeps its visibility time-out", extra={"queue": name, "region": region})


def stream_forwarder(topic: str, message_of: Callable[[dict[str, Any]], dict[str, Any] | None]) -> BatchHandler:
    """A Lambda handler that publishes what `message_of` makes of a table stream's records to a topic, by its name.

    It raises, so that the batch comes again, until all is published. None passes a record over.
    """

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        messages = [message for record in event["Records"] if (message := message_of(record))]
        publish(settings().topics[topic], messages)
        log_call("published", records=len(event["Records"]), messages=len(messages))
        return {"batchItemFailures": []}

    return handler


def publish(topic_arn: str, messages: Sequence[dict[str, Any]]) -> None:
    """Publish messages to a topic; raises where one was not taken, so that a stream's batch comes again."""
    sns = client("sns")
    for entries in _batches(messages, "Message"):
        failed = sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries)["Failed"]
        if failed:
            raise ConnectionError(f"{len(failed)} of {len(entries)} messages were not published: {failed[0]['Code']}")


def send(queue_url: str, messages: Iterable[dict[str, Any]]) -> None:
    """Send messages to a queue; raises where one was not taken."""
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
