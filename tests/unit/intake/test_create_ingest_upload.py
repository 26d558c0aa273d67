import base64
import datetime
import json
from typing import Any

import pytest

from intake import create_ingest_upload
from intake.jobs.uploader import uploader_of
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.conftest import Call

EVENT = "intake/create_ingest_upload"
COLUMNS = {"mrn": "No", "first_name": "Vorname", "last_name": "Nachname", "birth_date": "geboren"}


def offered(call: Call, body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = call(create_ingest_upload.handler, EVENT, body=body, **changes)
    assert answer["statusCode"] == 201, answer["body"]
    return dict(answer["json"])


def test_an_offer_is_bound_to_key_tenant_and_size(call: Call) -> None:
    offer = offered(call, {"filename": "visits.csv.gz"})
    kind, tenant, unique, name = offer["key"].split("/")
    assert (kind, tenant, name) == ("patients", "acme", "visits.csv.gz")
    assert len(unique) >= 32
    assert settings().intake_bucket in offer["url"]
    assert (offer["fields"]["key"], offer["fields"]["x-amz-meta-tenant"]) == (offer["key"], "acme")

    policy = json.loads(base64.b64decode(offer["fields"]["policy"]))
    bound = [{"bucket": settings().intake_bucket}, {"key": offer["key"]}, {"x-amz-meta-tenant": "acme"}]
    assert all(condition in policy["conditions"] for condition in bound)
    assert ["content-length-range", 0, offer["max_bytes"]] in policy["conditions"]
    assert offer["max_bytes"] == 5 * 1024**3
    left = datetime.datetime.fromisoformat(offer["expires_at"]) - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(minutes=59) < left <= datetime.timedelta(minutes=60)


def test_the_uploader_is_in_the_policy_so_that_no_form_names_another(call: Call) -> None:
    offer = offered(call, {"filename": "visits.csv"}, headers={"X-Request-Id": "r-1", "User-Agent": "Firefox"})
    token = offer["fields"]["x-amz-meta-uploader"]
    conditions = json.loads(base64.b64decode(offer["fields"]["policy"]))["conditions"]
    assert {"x-amz-meta-uploader": token} in conditions
    assert [condition for condition in conditions if "uploader" in json.dumps(condition)] == [
        {"x-amz-meta-uploader": token}
    ]
    uploader = uploader_of(token, "acme", offer["key"], {})
    assert (uploader.user, uploader.request_id, uploader.device) == ("u-1", "r-1", "Firefox")


def test_two_offers_are_of_two_keys(call: Call) -> None:
    wanted = {"filename": "march.csv", "kind": "claims"}
    first, second = offered(call, wanted), offered(call, wanted)
    assert first["key"] != second["key"]
    assert first["key"].startswith("claims/acme/")


def test_a_repeat_with_its_key_offers_the_same_object_and_keeps_no_signature(call: Call) -> None:
    key = {"Idempotency-Key": "k-1"}
    first, second = (offered(call, {"filename": "visits.csv"}, headers=key) for _ in range(2))
    assert first["key"] == second["key"]
    kept = json.dumps(client("dynamodb").scan(TableName=settings().tables["requests"])["Items"])
    assert first["key"] in kept
    assert first["fields"]["policy"] not in kept


@pytest.mark.parametrize(
    "name",
    [
        *("visits", "visits.txt", "visits.csv.zip", "mapping.json", ".csv", ".hidden.csv", "", "a" * 200 + ".csv"),
        *("../visits.csv", "a/visits.csv", "a\\visits.csv", "a\nb.csv", "a\0.csv", "${filename}.csv", "a#b.csv", 7),
    ],
)
def test_other_names_are_refused(call: Call, name: Any) -> None:
    answer = call(create_ingest_upload.handler, EVENT, body={"filename": name})
    assert answer["statusCode"] == 400
    assert [error["pointer"] for error in answer["json"]["errors"]] == ["/filename"]


@pytest.mark.parametrize("name", ["Visits 2024 (März).CSV", "a.b-c_d+1.csv.GZ"])
def test_names_as_people_write_them_are_taken(call: Call, name: str) -> None:
    assert offered(call, {"filename": name})["key"].endswith(f"/{name}")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/filename"]),
        ([], [""]),
        ({"filename": "a.csv", "kind": "plans", "color": "red"}, ["/kind", "/color"]),
        ({"filename": "a.csv", "mapping": {}}, ["/mapping/columns"]),
        (
            {"filename": "a.csv", "mapping": {"columns": {"mrn": "No", "shoe": "Size"}}},
            [f"/mapping/columns/{field}" for field in ("shoe", "visit_account_number", "visit_date")],
        ),
        (
            {"filename": "a", "mapping": {"columns": COLUMNS | {"birth_dat": "x"}, "date_format": "dd.mm.yy"}},
            ["/filename", "/mapping/date_format", "/mapping/columns/birth_dat"],
        ),
        ({"filename": "a.csv", "kind": [], "mapping": {"columns": COLUMNS}}, ["/kind"]),
        ({"filename": "a.csv", "mapping": {"columns": 7}}, ["/mapping/columns"]),
        ({"filename": "a.csv", "mapping": 7}, ["/mapping"]),
        ({"filename": "a.csv", "mapping": {"columns": COLUMNS | {"mrn": [" "]}}}, ["/mapping/columns/mrn/0"]),
        (
            {"filename": "a.csv", "mapping": {"columns": COLUMNS, "date_format": "dd.mm.yy"}},
            ["/mapping/date_format"],
        ),
        (
            {"filename": "a.csv", "mapping": {"columns": {"first_name": "A", "last_name": "B"}}},
            ["/mapping/columns/birth_date", "/mapping/columns/mrn"],
        ),
    ],
)
def test_each_fault_has_its_pointer(call: Call, body: Any, pointers: list[str]) -> None:
    answer = call(create_ingest_upload.handler, EVENT, body=body)
    assert answer["statusCode"] == 400
    assert [error["pointer"] for error in answer["json"]["errors"]] == pointers
    assert client("s3").list_objects_v2(Bucket=settings().intake_bucket)["KeyCount"] == 0


def test_a_mapping_is_put_beside_the_file_to_come(call: Call) -> None:
    mapping = {"columns": COLUMNS, "date_format": "DD.MM.YYYY"}
    offer = offered(call, {"filename": "patients.csv", "mapping": mapping})
    key = offer["key"].replace("patients.csv", "mapping.json")
    stored = client("s3").get_object(Bucket=settings().intake_bucket, Key=key)
    assert stored["Metadata"] == {"tenant": "acme"}
    assert json.loads(stored["Body"].read())["date_format"] == "DD.MM.YYYY"
