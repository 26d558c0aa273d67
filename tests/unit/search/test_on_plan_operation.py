import copy
import json
import pathlib
from typing import Any

import botocore.session

from payerworks.aws import client
from search import on_plan_operation

EVENT: dict[str, Any] = json.loads(
    (pathlib.Path(__file__).parents[3] / "events/search/on_plan_operation.json").read_text()
)


def test_while_search_is_down_the_message_stays_and_comes_again_soon(aws: botocore.session.Session) -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "900"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=EVENT["Records"][0]["body"])
    received = sqs.receive_message(QueueUrl=url)["Messages"][0]
    event = copy.deepcopy(EVENT)
    event["Records"][0] |= {
        "receiptHandle": received["ReceiptHandle"],
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:work",
        "attributes": {"ApproximateReceiveCount": "1"},
    }
    message_id = event["Records"][0]["messageId"]
    answer = on_plan_operation.handler(event, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": message_id}]}
    again = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=4)["Messages"]
    assert [message["Body"] for message in again] == [EVENT["Records"][0]["body"]]


def test_a_message_that_is_no_json_fails_alone(aws: botocore.session.Session) -> None:
    event = copy.deepcopy(EVENT)
    event["Records"][0]["body"] = "poison"
    assert len(on_plan_operation.handler(event, None)["batchItemFailures"]) == 1
