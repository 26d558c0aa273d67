import json
from typing import Any

import botocore.session

from payerworks.aws import client
from payerworks.settings import settings
from plans import create_plan, delete_plan, on_plan_changed, patch_plan
from plans.on_plan_changed import plan_operation
from tests.unit.conftest import Call


def records() -> list[dict[str, Any]]:
    items = client("dynamodb").scan(TableName=settings().tables["plans"])["Items"]
    return [
        {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": item["pk"], "sk": item["sk"]}, "NewImage": item}}
        for item in items
    ]


def test_each_change_is_told_once_with_its_version_and_without_documents(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan", headers={"X-Request-Id": "first"})
    call(patch_plan.handler, "plans/patch_plan")
    call(delete_plan.handler, "plans/delete_plan")
    told = sorted(filter(None, map(plan_operation, records())), key=lambda operation: operation["version"])
    assert [(one["version"], one["operation"]) for one in told] == [(1, "created"), (2, "patched"), (3, "deleted")]
    assert told[0]["requestId"] == "first"
    assert told[0]["eventId"] == "acme#12xvxc345ssdsds-508#1"
    assert told[1]["changed"] == ["27283xvx9sdf-507"]
    assert told[0]["changedCount"] == 3
    assert "physical" not in json.dumps(told)


def test_a_batch_is_published_to_the_topic(call: Call, aws: botocore.session.Session) -> None:
    sqs, queue = client("sqs"), settings().topics["plan_operations"]
    url = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    raw = {"RawMessageDelivery": "true"}
    client("sns").subscribe(TopicArn=queue, Protocol="sqs", Endpoint=arn, Attributes=raw)
    call(create_plan.handler, "plans/create_plan")
    assert on_plan_changed.handler({"Records": records()}, None) == {"batchItemFailures": []}
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(message["Body"])["operation"] for message in messages] == ["created"]
