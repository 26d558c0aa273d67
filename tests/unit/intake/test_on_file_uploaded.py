import gzip
import json

import pytest

from intake import on_file_uploaded
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.intake.conftest import Intake, sqs_event

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
ROW = "0017,Ada,Field,1990-02-14,V-1,2024-11-01,Annual physical\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"\n \r\n", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (HEADER.replace(",visit_date", "").encode() + b"1,a,b,1990-01-01,V,x\n", "The file has no column visit_date."),
        (
            b"mrn,first_name\n1,Ada\n",
            "The file has no column last_name, birth_date, visit_account_number, visit_date, reason.",
        ),
        (ROW.encode(), "The file has no header that names its columns: mrn, first_name, last_name, birth_date, "),
        ((HEADER + ROW).encode("utf-16"), "The file is in UTF-16; it must be in UTF-8."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "The file has no header: in its first line, the line is not UTF-8."),
        (b'"mrn,first_name\n', "The file has no header: in its first line, a quote is not closed."),
        (gzip.compress(b""), "The file is empty."),
        (gzip.compress((HEADER + ROW).encode())[:-9], "The gzip file is not whole."),
        (b"\x1f\x8bnonsense", "The gzip file is damaged."),
        (gzip.compress(bytes(200_000_000)), "The gzip file holds far more than a CSV file of its size would."),
    ],
    ids=range(13),
)
def test_a_file_that_cannot_be_read_fails_with_the_reason(intake: Intake, content: bytes, reason: str) -> None:
    assert intake.split(intake.put(content)) == []
    job = intake.job()
    assert job["status"] == "failed"
    assert job["error"].startswith(reason)
    assert job["steps"][-1]["step"] == "failed"
    assert job["finished_at"]


def test_a_file_of_a_header_alone_is_completed(intake: Intake) -> None:
    assert intake.split(intake.put(HEADER)) == []
    assert (intake.job()["status"], intake.job()["rows_read"]) == ("completed", 0)


def test_a_gzip_file_is_loaded_whatever_it_is_called(intake: Intake) -> None:
    packed = gzip.compress((HEADER + ROW).encode()) + gzip.compress(ROW.replace("V-1", "V-2").encode())
    job = intake.ingest(packed, "patients/visits.csv")
    assert (job["status"], job["visits_created"]) == ("completed", 2)


def test_the_packed_and_the_plain_file_are_the_same_content(intake: Intake) -> None:
    persons = b"Id,FIRST,LAST,BIRTHDATE\n17,%s,Field,1990-02-14\n"
    intake.ingest(persons % b"Ada", "patients/first.csv")
    intake.ingest(persons % b"Adah", "patients/second.csv")
    intake.ingest(gzip.compress(persons % b"Ada"), "patients/first.csv.gz")
    assert intake.patients()["patients"][0]["person"]["first_name"] == "Adah"


def test_a_large_file_is_split_between_its_rows(intake: Intake) -> None:
    rows = [f'{n},Ada,Field,1990-02-14,V-{n},2024-11-01,"a\nb"\n' for n in range(12_000)]
    content = HEADER + "".join(rows)
    chunks = [message["chunk"] for message in intake.split(intake.put(content))]
    assert len(chunks) == 3
    assert chunks[0]["start"] == len(HEADER)
    assert [chunk["start"] for chunk in chunks[1:]] == [chunk["end"] for chunk in chunks[:-1]]
    assert chunks[-1]["end"] == len(content)
    assert [content[: chunk["start"]].count("\n") + 1 for chunk in chunks] == [chunk["line"] for chunk in chunks]
    assert intake.job()["percent"] == 0


def test_messages_hold_no_patient_data(intake: Intake) -> None:
    messages = intake.split(intake.put(HEADER + ROW + ROW.replace("Ada", "Eve")))
    assert len(messages) == 2
    assert not any(word in json.dumps(messages) for word in ("0017", "Ada", "Field", "V-1"))


def test_keys_of_the_registry_hold_no_patient_data(intake: Intake) -> None:
    intake.ingest(HEADER + ROW)
    assert not any(word in key for key in intake.stored() for word in ("0017", "V-1"))


def test_what_is_no_upload_is_passed_over(intake: Intake) -> None:
    message = intake.put(HEADER)
    client("s3").delete_object(
        Bucket=settings().intake_bucket,
        Key="patients/visits.csv",
        VersionId=message["Records"][0]["s3"]["object"]["versionId"],
    )
    assert intake.split(message) == []
    trial = sqs_event("on_file_uploaded", {"Service": "Amazon S3", "Event": "s3:TestEvent"})
    assert on_file_uploaded.handler(trial, None) == {"batchItemFailures": []}


def test_a_tenant_sees_its_own_files_only(intake: Intake) -> None:
    for chunk in intake.split(intake.put(HEADER + ROW, tenant="other")):
        intake.load(chunk)
    assert intake.patients()["total"] == 0
