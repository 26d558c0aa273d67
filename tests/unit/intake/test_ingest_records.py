import datetime
import json
from typing import Any

import pytest

from intake import get_ingest_job, ingest_records
from payerworks.aws import client
from payerworks.days import latest_today
from payerworks.settings import settings
from tests.unit.conftest import Call, api_event
from tests.unit.intake.conftest import Intake, sqs_event

EVENT = "intake/ingest_records"
RECORD: dict[str, Any] = json.loads(api_event(EVENT)["body"])[0]


def notified(intake: Intake, key: str) -> list[dict[str, Any]]:
    head = client("s3").head_object(Bucket=settings().intake_bucket, Key=key)
    message = json.loads(sqs_event("on_file_uploaded")["Records"][0]["body"])
    message["Records"][0]["s3"]["object"] |= {"key": key, "versionId": head["VersionId"]}
    return intake.split(message)


def test_records_become_a_file_whose_job_is_the_answer(intake: Intake, call: Call) -> None:
    records = [
        RECORD,
        RECORD | {"mrn": " 0018 ", "visit_account_number": "V-2", "visit_date": "11/1/2024", "reason": ""},
    ]
    answer = call(ingest_records.handler, EVENT, body=records)
    assert answer["statusCode"] == 202
    accepted = answer["json"]
    assert set(accepted) == {"message", "records_received", "csv_filename", "task_id"}
    assert accepted["records_received"] == 2

    path = {"task_id": accepted["task_id"]}
    queued = call(get_ingest_job.handler, "intake/get_ingest_job", path=path)["json"]
    assert (queued["status"], queued["key"], queued["kind"]) == ("queued", accepted["csv_filename"], "patients")
    assert (queued["started_at"], queued["percent"]) == (None, 0)
    for chunk in notified(intake, accepted["csv_filename"]):
        intake.load(chunk)
    done = call(get_ingest_job.handler, "intake/get_ingest_job", path=path)["json"]
    assert (done["status"], done["visits_created"], done["rejected"]) == ("completed", 2, 0)
    assert {patient["mrn"] for patient in intake.patients()["patients"]} == {"MRN-1001", "0018"}


def test_a_reason_may_be_absent_or_null(intake: Intake, call: Call) -> None:
    absent = {name: text for name, text in RECORD.items() if name != "reason"}
    records = [absent, RECORD | {"visit_account_number": "V-2", "reason": None}]
    answer = call(ingest_records.handler, EVENT, body=records)
    assert answer["statusCode"] == 202
    for chunk in notified(intake, answer["json"]["csv_filename"]):
        intake.load(chunk)
    [patient] = intake.patients()["patients"]
    assert [visit["reason"] for visit in patient["visits"]] == ["", ""]


def test_identifiers_are_trimmed_and_composed(intake: Intake, call: Call) -> None:
    records = [
        RECORD | {"mrn": "\u2003Zo\u00eb-1\u00a0", "visit_account_number": "V-1"},
        RECORD | {"mrn": "Zoe\u0308-1", "visit_account_number": "V-1\u3000"},
    ]
    accepted = call(ingest_records.handler, EVENT, body=records)["json"]
    for chunk in notified(intake, accepted["csv_filename"]):
        intake.load(chunk)
    assert intake.job(accepted["csv_filename"])["duplicates"] == 1
    [patient] = intake.patients(mrn=" Zoe\u0308-1 ")["patients"]
    assert (patient["mrn"], patient["visits_count"]) == ("Zo\u00eb-1", 1)


def test_messages_do_not_quote_the_record(call: Call) -> None:
    later = (latest_today() + datetime.timedelta(days=1)).isoformat()
    bad = RECORD | {"mrn": "SECRET\u200b", "last_name": "S" * 101, "birth_date": later, "visit_date": "31/12/2018"}
    answer = call(ingest_records.handler, EVENT, body=[bad])
    assert {error["pointer"]: error["message"] for error in answer["json"]["errors"]} == {
        "/0/mrn": "holds U+200B ZERO WIDTH SPACE, which cannot be seen; enter it again without that character",
        "/0/last_name": "must have 1 to 100 characters",
        "/0/birth_date": "must not be in the future",
        "/0/visit_date": "is not a date in month/day/year",
    }


def test_a_repeat_with_its_key_is_one_file(intake: Intake, call: Call) -> None:
    key = {"Idempotency-Key": "k-1"}
    answers = [call(ingest_records.handler, EVENT, headers=key)["json"] for _ in range(2)]
    assert answers[0] == answers[1]
    listed = client("s3").list_objects_v2(Bucket=settings().intake_bucket, Prefix="patients/")
    assert listed["KeyCount"] == 1


def test_all_errors_are_told_and_nothing_is_stored(intake: Intake, call: Call) -> None:
    bad = [
        RECORD | {"mrn": 17, "birth_date": "1990-02-30"},
        RECORD,
        {name: text for name, text in RECORD.items() if name != "visit_date"} | {"color": "red"},
        "text",
    ]
    answer = call(ingest_records.handler, EVENT, body=bad)
    assert answer["statusCode"] == 400
    assert {error["pointer"] for error in answer["json"]["errors"]} == {
        "/0/mrn",
        "/0/birth_date",
        "/2/visit_date",
        "/2/color",
        "/3",
    }
    assert client("s3").list_objects_v2(Bucket=settings().intake_bucket)["KeyCount"] == 0


@pytest.mark.parametrize("body", [{}, [], "x", None, RECORD])
def test_what_is_no_list_of_records_is_refused(call: Call, body: Any) -> None:
    assert call(ingest_records.handler, EVENT, body=json.dumps(body))["statusCode"] == 400


def test_a_body_over_4_mb_points_to_uploads(call: Call) -> None:
    answer = call(ingest_records.handler, EVENT, body=json.dumps([RECORD | {"reason": "x" * (4 << 20)}]))
    assert answer["statusCode"] == 413
    assert "POST /ingest/uploads" in answer["json"]["detail"]


def test_the_errors_of_a_long_list_fit_into_an_answer(call: Call) -> None:
    answer = call(ingest_records.handler, EVENT, body=json.dumps([{}] * 20_000))
    assert answer["statusCode"] == 400
    assert len(answer["body"]) < 1_000_000
