"""Deliver messages and changes of tables to functions in this process, as AWS would, and count the requests for it."""

import importlib
import json
import math
import os
import time
from typing import Any

from bench.usage_meter import Meter

RECEIVED = 10
"""Messages of one request to SQS at most."""
FED_BY_AWS = ("ClaimPayments", "SearchIndex", "PatientIndex", "IntakeUploads")
"""Queues into which SNS or S3 put messages: these requests are counted here, because no function makes them."""

Message = dict[str, Any]


class Deliveries:
    """Gives functions what is in their queues and streams, as AWS would."""

    def __init__(self, meter: Meter) -> None:
        self._meter, self._consumers = meter, json.loads(os.environ["CONSUMERS"])
        self._sqs, self._streams = uncounted("sqs"), uncounted("dynamodbstreams")
        self._iterators = {
            each["arn"]: self._latest(each["arn"]) for each in self._consumers if "/stream/" in each["arn"]
        }
        self._urls: dict[str, str] = {
            each["arn"]: self._sqs.get_queue_url(QueueName=each["arn"].rpartition(":")[2])["QueueUrl"]
            for each in self._consumers
            if each["arn"] not in self._iterators
        }

    def settle(self) -> None:
        """Deliver until nothing is left, delayed messages included."""
        while sum(map(self._deliver, self._consumers)) or self._is_more_to_come():
            time.sleep(0.05)

    def _deliver(self, consumer: Message) -> int:
        is_stream = consumer["arn"] in self._iterators
        events = self._changes(consumer) if is_stream else self._messages(consumer)
        handler = handler_of(consumer["handler"])
        for start in range(0, len(events), consumer["batch"]):
            batch = events[start : start + consumer["batch"]]
            with self._meter.invocation(consumer["megabytes"]):
                answer = handler({"Records": batch}, Invocation())
            if answer and answer.get("batchItemFailures"):
                raise SystemExit(f"{consumer['function']} failed: {self._meter.last_line()}")
            if not is_stream:
                # Lambda receives and deletes up to ten messages in one request.
                self._meter.add("sqs_requests", 2 * math.ceil(len(batch) / RECEIVED))
                self._delete(consumer, batch)
        return len(events)

    def _latest(self, arn: str) -> str:
        [shard] = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        found = self._streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST")
        iterator: str = found["ShardIterator"]
        return iterator

    def _changes(self, consumer: Message) -> list[Message]:
        answer = self._streams.get_records(ShardIterator=self._iterators[consumer["arn"]])
        self._iterators[consumer["arn"]] = answer["NextShardIterator"]
        for record in answer["Records"]:
            change = record["dynamodb"]
            change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
            record["eventSourceARN"] = consumer["arn"]
        return [each for each in answer["Records"] if any(matches(rule, each) for rule in consumer["patterns"])]

    def _messages(self, consumer: Message) -> list[Message]:
        messages: list[Message] = []
        while found := self._received(self._urls[consumer["arn"]]):
            messages += found
        if any(queue in consumer["arn"] for queue in FED_BY_AWS):
            self._meter.add("sqs_requests", len(messages))
        return [
            {
                "messageId": each["MessageId"],
                "receiptHandle": each["ReceiptHandle"],
                "body": each["Body"],
                "attributes": each["Attributes"],
                "messageAttributes": {},
                "eventSourceARN": consumer["arn"],
            }
            for each in messages
        ]

    def _received(self, url: str) -> list[Message]:
        answer = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=RECEIVED, AttributeNames=["All"])
        found: list[Message] = answer.get("Messages", [])
        return found

    def _delete(self, consumer: Message, batch: list[Message]) -> None:
        for each in batch:
            self._sqs.delete_message(QueueUrl=self._urls[consumer["arn"]], ReceiptHandle=each["receiptHandle"])

    def _is_more_to_come(self) -> bool:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
        for url in self._urls.values():
            numbers = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            if any(int(number) for number in numbers.values()):
                return True
        return False


class Invocation:
    """A Lambda context with time enough."""

    def get_remaining_time_in_millis(self) -> int:
        return 800_000


def uncounted(service: str) -> Any:
    """A client of its own, not that of the handlers, whose calls are counted."""
    from payerworks.aws import session

    return session().create_client(service)


def handler_of(name: str) -> Any:
    """A handler by its name in the template."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def matches(pattern: Any, value: Any) -> bool:
    """Whether a change passes a filter of the template: values, `prefix` and `exists`."""
    if isinstance(pattern, dict):
        inner = value if isinstance(value, dict) else {}
        return all(matches(part, inner.get(name)) for name, part in pattern.items())
    return any(_obeys(rule, value) for rule in pattern)


def _obeys(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        return bool(rule == value)
    if "exists" in rule:
        return bool((value is not None) == rule["exists"])
    return isinstance(value, str) and value.startswith(rule["prefix"])
