"""Messages: SQS batches with partial failures, and publishing to topics and queues."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from payerworks.aws import client
from payerworks.errors import PayerworksError
from payerworks.log import logger

BATCH = 10
"""Entries of one PublishBatch or SendMessageBatch call at most."""
BATCH_BYTES = 200_000
"""Bytes of such a call, below the 256 KB that both services take."""


def sqs_handler(work: Callable[[Any], None]) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    """A Lambda handler that gives each message's JSON body to `work` and reports those that failed, one by one.

    A message that a topic delivered raw and one that was sent to the queue look the same. What failed comes again
    after the queue's visibility time-out, and ends in its dead-letter queue after the receives its redrive policy has.
    """

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        failed = [record for record in event["Records"] if not _done(work, record)]
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}

    return handler


def _done(work: Callable[[Any], None], record: dict[str, Any]) -> bool:
    started = time.perf_counter()
    line: dict[str, Any] = {"message_id": record["messageId"]}
    try:
        message = json.loads(record["body"])
        if isinstance(message, dict):
            line["request_id"] = message.get("requestId")
        work(message)
    except PayerworksError as error:
        logger().warning("message failed", extra=line | {"error": error.detail})
        return False
    except Exception:  # noqa: BLE001 — One poison message must not take the batch's others with it: it is logged and comes again.
        logger().exception("message failed", extra=line)
        return False
    logger().info("message", extra=line | {"ms": round((time.perf_counter() - started) * 1000, 1)})
    return True


def publish(topic_arn: str, messages: Sequence[dict[str, Any]]) -> None:
    """Publish messages to a topic; raises where one was not taken, so that a stream's batch comes again."""
    sns = client("sns")
    for entries in _batches(messages, "Message"):
        failed = sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries)["Failed"]
        if failed:
            raise ConnectionError(f"{len(failed)} of {len(entries)} messages were not published: {failed[0]['Code']}")


def send(queue_url: str, messages: Sequence[dict[str, Any]]) -> None:
    """Send messages to a queue; raises where one was not taken."""
    sqs = client("sqs")
    for entries in _batches(messages, "MessageBody"):
        failed = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries).get("Failed")
        if failed:
            raise ConnectionError(f"{len(failed)} of {len(entries)} messages were not sent: {failed[0]['Code']}")


def _batches(messages: Sequence[dict[str, Any]], body: str) -> Iterable[list[dict[str, str]]]:
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
