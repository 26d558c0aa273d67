"""The ledger of the deployed stack: what is called is in it within seconds, and what is done to it is found."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import botocore.config
import pytest

from localstack.deployed import aws_client
from payerworks_cli.audit.verify import Verification
from tests.integration.conftest import Api

PASSWORD = "a parcel of green kites"
SECONDS = 30


@pytest.fixture(scope="module")
def patient(api: Api) -> str:
    """The id of a new patient."""
    place = {"name": "St. Mary", "institution_type": "hospital", "license_number": uuid.uuid4().hex}
    login = {"contact_email": f"{uuid.uuid4().hex}@example.com", "password": PASSWORD}
    institution = api.post("/api/v1/institutions", place | login)
    assert institution.status == 201, institution.body
    names = {"first_name": "Ada", "last_name": "Field", "date_of_birth": "1990-02-14"}
    login = {"contact_email": f"{uuid.uuid4().hex}@example.com", "password": PASSWORD}
    made = api.post("/api/v1/patients", names | login | {"institution_id": institution.json()["id"]})
    assert made.status == 201, made.body
    return str(made.json()["id"])


def eventually(read: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    """What is read once it is as wanted."""
    end = time.monotonic() + SECONDS
    while not wanted(found := read()):
        assert time.monotonic() < end, found
        time.sleep(0.5)
    return found


def of_patient(api: Api, patient: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = api.get(f"/admin/audit?patient={patient}").json()["items"]
    return items


def verified(api: Api) -> list[dict[str, Any]]:
    """All faults of the ledger."""
    found, cursor = [], ""
    while True:
        part = api.get(f"/admin/audit/verify{cursor}")
        assert part.status == 200, part.body
        page = Verification.model_validate(part.json())
        found += [fault.model_dump() for fault in page.faults]
        if page.next_cursor is None:
            return found
        cursor = f"?cursor={page.next_cursor}"


def test_a_read_and_a_write_are_in_the_ledger_within_seconds(api: Api, patient: str) -> None:
    began = time.monotonic()
    assert api.get(f"/api/v1/patients/{patient}", X_Request_Id="a-read").status == 200
    written = api.call("PUT", f"/api/v1/patients/{patient}", {"last_name": "Moor"}, X_Request_Id="a-write")
    assert written.status == 200, written.body
    entries = eventually(
        lambda: of_patient(api, patient), lambda found: {"a-read", "a-write"} <= {each["request_id"] for each in found}
    )
    assert time.monotonic() - began < SECONDS
    by_request = {each["request_id"]: each for each in entries}
    assert (by_request["a-read"]["operation"], by_request["a-read"]["access"]) == ("get_directory_patient", "read")
    assert (by_request["a-write"]["operation"], by_request["a-write"]["outcome"]) == ("update_patient", 200)
    assert by_request["a-write"]["user_type"] == "admin"
    accounting = api.get(f"/admin/audit/disclosures?patient={patient}")
    assert accounting.body.decode().splitlines() == ["date,recipient,address,what,purpose,call"]


def test_a_flipped_byte_in_table_and_files_is_named(api: Api, patient: str, stack: dict[str, Any]) -> None:
    entries = eventually(lambda: of_patient(api, patient), lambda found: len(found) > 1)
    assert verified(api) == []
    entry = min(entries, key=lambda each: (each["day"], each["number"]))
    dynamodb = aws_client(stack, "dynamodb")
    s3 = aws_client(stack, "s3", config=botocore.config.Config(s3={"addressing_style": "path"}))
    [table] = [name for name in dynamodb.list_tables()["TableNames"] if "-AuditTable" in name]
    [bucket] = [each["Name"] for each in s3.list_buckets()["Buckets"] if "-audit-" in each["Name"]]
    key = {"pk": {"S": f"main#DAY#{entry['day']}"}, "sk": {"S": f"{entry['number']:09}"}}
    text = dynamodb.get_item(TableName=table, Key=key)["Item"]["entry"]["S"]
    change = {"TableName": table, "Key": key, "UpdateExpression": "SET entry = :text"}
    dynamodb.update_item(**change, ExpressionAttributeValues={":text": {"S": text.replace("admin", "odmin")}})
    place = {"day": entry["day"], "number": entry["number"]}
    assert verified(api) == [{"kind": "changed", "store": "table", **place}]
    dynamodb.update_item(**change, ExpressionAttributeValues={":text": {"S": text}})

    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"main/{entry['day']}/")["Contents"]
    bodies = {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed}
    [file] = [name for name, body in bodies.items() if text.encode() in body]
    s3.put_object(Bucket=bucket, Key=file, Body=bodies[file].replace(text.encode(), text.replace("0", "1", 1).encode()))
    assert verified(api) == [{"kind": "changed", "store": "files", **place}]
    s3.put_object(Bucket=bucket, Key=file, Body=bodies[file])
    assert verified(api) == []
