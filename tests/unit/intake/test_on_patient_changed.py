import copy
import json
from typing import Any

import jsonschema
import pytest
import yaml

from intake import on_patient_changed
from intake.registry.registry_items import patient_id_of, patient_key
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.conftest import ROOT, Call
from tests.unit.intake.conftest import Intake

HEADER = "Id,FIRST,LAST,BIRTHDATE\n"
EVENT: dict[str, Any] = json.loads((ROOT / "events/intake/on_patient_changed.json").read_text())


def record(tenant: str, mrn: str, seconds: float = 1795256100, job: str = "job-1") -> dict[str, Any]:
    """The stream record of a patient's change by a job."""
    found: dict[str, Any] = copy.deepcopy(EVENT["Records"][0])
    keys = patient_key(tenant, patient_id_of(tenant, mrn))
    found["dynamodb"] |= {"Keys": keys, "ApproximateCreationDateTime": seconds}
    found["dynamodb"]["NewImage"] |= {**keys, "mrn": {"S": mrn}, "request_id": {"S": job}}
    return found


@pytest.fixture
def published(call: Call) -> Any:
    """The messages that a subscriber of the topic gets for a batch."""
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    raw = {"RawMessageDelivery": "true"}
    topic = settings().topics["patient_operations"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)

    def publish(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        assert on_patient_changed.handler({"Records": records}, None) == {"batchItemFailures": []}
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in found]

    return publish


def test_a_batch_is_one_message_a_tenant_with_ids_and_nothing_else(published: Any) -> None:
    again = record("acme", "1", 1795256102, job="job-2")
    records = [record("acme", "1", 1795256101), record("acme", "2"), again]
    told = published([*records, record("other", "1")])
    document = yaml.safe_load((ROOT / "docs/patient-operations.yaml").read_text())
    for message in told:
        jsonschema.Draft7Validator(document["components"]["schemas"]["patientOperations"]).validate(message)
    assert sorted(told, key=lambda message: str(message["tenant"])) == [
        {
            "tenant": "acme",
            "patients": [patient_id_of("acme", "1"), patient_id_of("acme", "2")],
            "at": "2026-11-21T10:15:00.000+00:00",
            "requestIds": ["job-1", "job-2"],
        },
        {
            "tenant": "other",
            "patients": [patient_id_of("other", "1")],
            "at": "2026-11-21T10:15:00.000+00:00",
            "requestIds": ["job-1"],
        },
    ]


def test_of_a_patient_stored_before_items_named_their_job_none_is_told(published: Any) -> None:
    old, deleted = record("acme", "1"), record("acme", "2")
    del old["dynamodb"]["NewImage"]["request_id"]
    del deleted["dynamodb"]["NewImage"]
    [told] = published([old, deleted])
    assert told["requestIds"] == []


def test_a_message_names_the_job_of_each_write_and_not_of_a_later_one(intake: Intake, published: Any) -> None:
    def images() -> dict[str, dict[str, Any]]:
        return {item["mrn"]["S"]: item for item in intake.items() if item["sk"]["S"] == "PATIENT"}

    def told_of(*images: dict[str, Any]) -> list[str]:
        records = [record("acme", image["mrn"]["S"]) for image in images]
        for each, image in zip(records, images, strict=True):
            each["dynamodb"]["NewImage"] = image
        [told] = published(records)
        return list(told["requestIds"])

    first = intake.ingest(f"{HEADER}1,Ada,Field,1990-02-14\n2,Bea,Moor,1990-02-15\n", "patients/first.csv")
    before = images()
    second = intake.ingest(f"{HEADER}1,Ada,Moor,1990-02-14\n2,Bea,Moor,1990-02-15\n", "patients/second.csv")
    after = images()
    assert told_of(before["1"]) == [first["task_id"]]
    assert told_of(after["1"]) == [second["task_id"]]
    assert after["2"] == before["2"]
    assert told_of(after["1"], after["2"]) == [second["task_id"], first["task_id"]]


def test_visits_and_jobs_are_no_news_of_a_patient(published: Any) -> None:
    visit = record("acme", "1")
    visit["dynamodb"]["Keys"]["sk"]["S"] = "VISIT"
    assert published([visit]) == []


def test_a_batch_that_cannot_be_published_raises(call: Call, environment: Any) -> None:
    environment(PATIENT_OPERATIONS_TOPIC_ARN="arn:aws:sns:us-east-1:123456789012:none")
    with pytest.raises(Exception, match=r"NotFound|exist"):
        on_patient_changed.handler(EVENT, None)
