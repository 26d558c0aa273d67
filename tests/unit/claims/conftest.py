"""Claims with their change feed: the table's stream, the topic that gets its changes, and the queue of the totals."""

import copy
import json
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from claims import on_claim_changed, on_totals_due
from claims.storage.claim_items import partition_key, shard_of
from payerworks.settings import settings
from tests.unit.claims.saga import TRIES, Saga
from tests.unit.clock import Clock
from tests.unit.conftest import Call


class Feed:
    """The stream, the topic and the queue of the totals; tests move the messages."""

    def __init__(self, session: Any) -> None:
        self._dynamodb = session.create_client("dynamodb")
        self._sqs = session.create_client("sqs")
        self._queue = self._sqs.create_queue(QueueName="listening")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        raw = {"RawMessageDelivery": "true"}
        topic = settings().topics["claim_operations"]
        session.create_client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)

    def records(self) -> list[dict[str, Any]]:
        """All records of the stream from its beginning."""
        # The client of the stream's API reaches no emulation in process; this is what it would read.
        table = dynamodb_backends[ACCOUNT_ID]["us-east-1"].tables[settings().tables["claims"]]
        return [copy.deepcopy(record.to_json()) for record in table.stream_shard.items]

    def published(self) -> list[dict[str, Any]]:
        """Forward the whole stream, and receive the messages that the topic delivers."""
        on_claim_changed.handler({"Records": self.records()}, None)
        found = []
        while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def items(self, sk: str) -> list[dict[str, Any]]:
        """The items of the table with a sort key."""
        items = self._dynamodb.scan(TableName=settings().tables["claims"])["Items"]
        return [item for item in items if item["sk"]["S"] == sk]

    def change(self, claim_id: str, **attributes: str) -> None:
        """Change a claim as a later operation would: its version rises."""
        key = {"pk": {"S": f"acme#{claim_id}"}, "sk": {"S": "CLAIM"}}
        item = self._dynamodb.get_item(TableName=settings().tables["claims"], Key=key)["Item"]
        item["version"] = {"N": str(int(item["version"]["N"]) + 1)}
        item |= {name: {"S": text} for name, text in ({"operation": "changed"} | attributes).items()}
        item["status_list"] = {"S": partition_key("acme", item["status"]["S"], shard_of(claim_id))}
        self._dynamodb.put_item(TableName=settings().tables["claims"], Item=item)


@pytest.fixture
def feed(aws: Any) -> Feed:
    return Feed(aws)


def batch(*messages: Any) -> dict[str, Any]:
    """An event of the queue; the ids of its messages are their indexes."""
    bodies = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    attributes = {"ApproximateReceiveCount": "1"}
    arn = "arn:aws:sqs:us-east-1:123456789012:ClaimTotals"
    return {
        "Records": [
            {
                "messageId": str(number),
                "receiptHandle": "none",
                "body": body,
                "attributes": attributes,
                "eventSourceARN": arn,
            }
            for number, body in enumerate(bodies)
        ]
    }


def count(*messages: Any) -> list[str]:
    """Accrue the claims in messages of the topic; other messages are given to the consumer unchanged.

    Returns the ids of the messages that it reports as failed.
    """
    of_claims = [
        {"claims": [message]} if isinstance(message, dict) and "claimId" in message else message for message in messages
    ]
    failures = on_totals_due.handler(batch(*of_claims), None)["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


@pytest.fixture
def saga(call: Call, environment: Any, monkeypatch: pytest.MonkeyPatch) -> Saga:
    """Claims that the sandbox processor pays, and messages that are delivered four times; no pause lasts."""
    environment(PAYMENT_PROCESSOR="sandbox", MESSAGE_TRIES=str(TRIES))
    return Saga(call, Clock(monkeypatch))
