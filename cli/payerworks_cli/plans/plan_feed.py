"""The topic plan-operations, received through a temporary queue (docs/plan-operations.yaml)."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel

from payerworks_cli.aws import aws_client
from payerworks_cli.aws_fault import aws_fault
from payerworks_cli.errors import StackNotUp, UnexpectedAnswer
from payerworks_cli.stack_outputs import Stack

TOPIC = "PlanOperations"
WAIT_SECONDS = 20
REMEMBERED = 10_000
"""The number of operations whose repeats are recognized."""


class PlanOperation(BaseModel, alias_generator=to_camel, extra="allow"):
    """A message of the topic; other members are kept."""

    event_id: str
    operation: str
    object_id: str
    version: int
    changed: list[str]
    changed_count: int
    at: str


@contextmanager
def plan_feed(stack: Stack) -> Iterator[Iterator[PlanOperation]]:
    """The operations from now on, each once, as they arrive; queue and subscription are deleted at the end."""
    from botocore.exceptions import BotoCoreError, ClientError

    topic = stack.topics.get(TOPIC)
    if topic is None:
        raise StackNotUp(f"outputs.json names no topic {TOPIC}; `{stack.make} up` writes it anew.")
    sqs, sns = aws_client(stack, "sqs"), aws_client(stack, "sns")
    try:
        with _queue(sqs, topic) as url, _subscription(sns, topic, _arn(sqs, url)):
            yield _operations(sqs, url)
    except (BotoCoreError, ClientError) as error:
        raise StackNotUp(f"The topic cannot be received: {aws_fault(error)}; is the stack still up?") from None


@contextmanager
def _queue(sqs: Any, topic: str) -> Iterator[str]:
    name = f"payerworks-tail-{secrets.token_hex(6)}"
    url: str = sqs.create_queue(QueueName=name, Attributes={"MessageRetentionPeriod": "300"})["QueueUrl"]
    try:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _policy(_arn(sqs, url), topic)})
        yield url
    finally:
        sqs.delete_queue(QueueUrl=url)


@contextmanager
def _subscription(sns: Any, topic: str, queue: str) -> Iterator[None]:
    raw = {"RawMessageDelivery": "true"}
    arn = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes=raw, ReturnSubscriptionArn=True)[
        "SubscriptionArn"
    ]
    try:
        yield
    finally:
        sns.unsubscribe(SubscriptionArn=arn)


def _arn(sqs: Any, url: str) -> str:
    arn: str = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return arn


def _policy(queue: str, topic: str) -> str:
    """A policy that lets only this topic send to the queue."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _operations(sqs: Any, url: str) -> Iterator[PlanOperation]:
    seen: dict[str, None] = {}
    while True:
        received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=WAIT_SECONDS)
        for message in received.get("Messages", ()):
            operation = _operation(message["Body"])
            if operation.event_id not in seen:
                seen[operation.event_id] = None
                yield operation
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        for event_id in list(seen)[:-REMEMBERED]:
            del seen[event_id]


def _operation(body: str) -> PlanOperation:
    try:
        return PlanOperation.model_validate_json(body)
    except ValidationError:
        raise UnexpectedAnswer("The topic delivered a message that is not a plan operation.") from None
