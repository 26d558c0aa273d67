"""docs/directory-operations.yaml says what is published to the topic."""

import json
from typing import Any

import botocore.session
import jsonschema
import pytest
import yaml

from directory import on_person_changed
from institutions import delete_institution, restore_institution, update_institution
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.conftest import ROOT, TEMPLATE
from tests.unit.directory.people import call, institution

DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "docs/directory-operations.yaml").read_text())
SCHEMA = DOCUMENT["components"]["schemas"]["directoryOperation"]
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
EXAMPLES = DOCUMENT["components"]["messages"]["directoryOperation"]["examples"]
EVENT: dict[str, Any] = json.loads((ROOT / "events/directory/on_person_changed.json").read_text())


@pytest.fixture
def subscriber(aws: botocore.session.Session) -> str:
    """The URL of a queue that gets what is published."""
    sqs = client("sqs")
    url: str = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = settings().topics["directory_operations"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    return url


def published(url: str) -> list[dict[str, Any]]:
    """What a subscriber gets of all that the table has, as its stream delivers it."""
    items = client("dynamodb").scan(TableName=settings().tables["directory"])["Items"]
    records = [
        {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": item["pk"], "sk": item["sk"]}, "NewImage": item}}
        for item in items
    ]
    assert on_person_changed.handler({"Records": records}, None) == {"batchItemFailures": []}
    messages = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return sorted((json.loads(message["Body"]) for message in messages), key=lambda message: int(message["version"]))


def test_each_change_is_published_as_described_and_nothing_of_its_content(subscriber: str) -> None:
    made = institution(name="Secret Clinic")
    path = {"id": made["id"]}
    call(update_institution.handler, "institutions/update_institution", path=path, body={"region": "Hidden Valley"})
    call(delete_institution.handler, "institutions/delete_institution", path=path)
    call(restore_institution.handler, "institutions/restore_institution", path=path)
    messages = published(subscriber)
    assert [message["operation"] for message in messages] == ["created", "updated", "deleted", "restored"]
    assert messages[1] | {"at": "", "requestId": ""} == {
        "eventId": f"acme#institution#{made['id']}#2",
        "tenant": "acme",
        "operation": "updated",
        "kind": "institution",
        "id": made["id"],
        "version": 2,
        "changed": ["region"],
        "at": "",
        "requestId": "",
    }
    for message in messages:
        VALIDATOR.validate(message)
        assert set(message) == set(SCHEMA["properties"])
    assert not {"Secret Clinic", "Hidden Valley", made["contact_email"]} & set(json.dumps(messages).split('"'))


def test_the_description_fits_the_topic_and_its_examples_are_valid() -> None:
    topic = TEMPLATE.template["Resources"]["DirectoryOperations"]["Properties"]["TopicName"]["Sub"]
    address = DOCUMENT["channels"]["directoryOperations"]["address"]
    assert topic.replace("${AWS::StackName}", "{stack}") == address
    for example in EXAMPLES:
        VALIDATOR.validate(example["payload"])


def test_a_batch_that_cannot_be_published_raises(aws: botocore.session.Session, environment: Any) -> None:
    environment(DIRECTORY_OPERATIONS_TOPIC_ARN="arn:aws:sns:us-east-1:123456789012:none")
    with pytest.raises(Exception, match=r"NotFound|exist"):
        on_person_changed.handler(EVENT, None)
