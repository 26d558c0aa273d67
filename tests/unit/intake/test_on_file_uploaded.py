import gzip
import itertools
import json
import random
from typing import Any

import pytest

from intake import list_ingest_jobs, on_file_uploaded
from intake.files.unpacking import unpacked
from intake.files.unreadable import UnreadableFile
from intake.jobs import job_repository, working_files
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.conftest import Call
from tests.unit.intake.conftest import Intake, Invocation, sqs_event

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
ROW = "0017,Ada,Field,1990-02-14,V-1,2024-11-01,Annual physical\n"
KEYS = ("patients/visits.csv", "patients/bad.csv")


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
        (
            (HEADER + ROW).encode("utf-16-le"),
            "The file has no header: in its first line, the line contains a NUL character. If the file is in UTF-16, ",
        ),
        (
            HEADER.replace("mrn", "num\x81ro").encode("latin-1"),
            "The file has no header: in its first line, the line is not",
        ),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "The file is a picture, not CSV. Save its table as CSV"),
        (b"PK\x03\x04\x14\0\6\0", "The file is an Excel workbook or another ZIP archive, not CSV. "),
        (gzip.compress(b"%PDF-1.7\n"), "The file is a PDF document, not CSV. "),
        (b'"mrn,first_name\n', "The file has no header: in its first line, a quote is not closed."),
        (gzip.compress(b""), "The file is empty."),
        (gzip.compress((HEADER + ROW).encode())[:-9], "The gzip file is incomplete."),
        (b"\x1f\x8bnonsense", "The gzip file is damaged."),
        (gzip.compress(bytes(200_000_000)), "The gzip file contains far more data than a CSV file of its size would."),
    ],
    ids=range(16),
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


@pytest.mark.parametrize("zeros", [1, 511, 3 << 20])
def test_zeros_after_a_gzip_file_are_padding(intake: Intake, zeros: int) -> None:
    first, second = gzip.compress((HEADER + ROW).encode()), gzip.compress(ROW.replace("V-1", "V-2").encode())
    job = intake.ingest(first + bytes(5) + second + bytes(zeros), "patients/padded.csv.gz")
    assert (job["status"], job["visits_created"]) == ("completed", 2)


def test_bytes_after_a_gzip_file_other_than_zeros_are_damage() -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        list(unpacked([gzip.compress(b"a,b\n"), b"\0\0text"]))


@pytest.mark.parametrize("tenant", ["a#b", "Acme", "", "a/b", "x" * 64, "acme_2"])
def test_a_file_of_no_tenant_is_a_failed_job_of_the_buckets_owner(intake: Intake, call: Call, tenant: str) -> None:
    assert intake.split(intake.put(HEADER + ROW, tenant=tenant)) == []
    [job] = call(list_ingest_jobs.handler, "intake/list_ingest_jobs", tenant="main")["json"]["items"]
    assert (job["status"], job["key"]) == ("failed", "patients/visits.csv")
    assert job["error"].startswith("The file's metadata `tenant` names no tenant")
    assert call(list_ingest_jobs.handler, "intake/list_ingest_jobs")["json"]["items"] == []


@pytest.mark.parametrize("tenant", ["a", "0-9", "x" * 63])
def test_a_file_belongs_to_the_tenant_that_it_names(intake: Intake, call: Call, tenant: str) -> None:
    assert len(intake.split(intake.put(HEADER + ROW, tenant=tenant))) == 1
    [job] = call(list_ingest_jobs.handler, "intake/list_ingest_jobs", tenant=tenant)["json"]["items"]
    assert job["status"] == "running"


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


# ---- files that take longer than an invocation ---------------------------------------------------------------------


def long_file() -> bytes:
    """Three megabytes: wide rows with quoted line breaks, of which two disagree about a patient."""
    filling = b"\r\n".join(random.Random(1).randbytes(50).hex().encode() for _ in range(300))
    rows = [
        b'%d,Ada,Field,1990-02-14,V-%d,2024-11-01,"a\r\nb","%s"\r\n' % (number % 90, number, filling)
        for number in range(110)
    ]
    rows[95] = rows[95].replace(b"Ada", b"Eve")
    return b"\xef\xbb\xbf" + HEADER.strip().encode() + b",note\r\n" + b"".join(rows)


def hurried(looks: int) -> Invocation:
    """An invocation with little time left after `looks` looks at the time."""
    # The first look is the handler's own, when it begins.
    times = itertools.chain(itertools.repeat(900, 1 + looks), itertools.repeat(100))
    return Invocation(lambda: next(times))


def dying(looks: int) -> Invocation:
    """An invocation that dies after `looks` looks at the time, one each minute."""
    # The first look is the handler's own, when it begins.
    times = itertools.chain([900], range(900, 900 - 60 * looks, -60))

    def seconds_left() -> float:
        left = next(times, None)
        if left is None:
            raise ConnectionError("the invocation dies")
        return left

    return Invocation(seconds_left)


def split_of(intake: Intake, content: bytes, key: str, *invocations: Invocation) -> tuple[Any, ...]:
    """The result of the split of a file."""
    messages = intake.split(intake.put(content, key), *invocations)
    job = job_repository.read_job("acme", intake.job(key)["task_id"])
    assert job.split is not None
    chunks = sorted((message["chunk"] for message in messages), key=lambda chunk: chunk["number"])
    return chunks, job.split.chunks, job.split.stamp, working_files.read_contested(job, job.split)


def steps(job: dict[str, Any]) -> list[str]:
    return [step["step"] for step in job["steps"]]


@pytest.mark.parametrize(("packed", "places"), [(False, (2, 4)), (True, (0, 3))])
def test_a_split_that_is_handed_on_comes_to_that_of_one_go(
    intake: Intake, packed: bool, places: tuple[int, ...]
) -> None:
    content = long_file()
    whole = split_of(intake, content, "patients/whole.csv")
    assert len(whole[0]) > 10
    assert whole[3]
    given = gzip.compress(content) if packed else content
    for looks in places:  # up to 2: over before a block is read
        key = f"patients/{looks}.csv"
        assert split_of(intake, given, key, *[hurried(looks) for _ in range(3)]) == whole
        assert "handed_on" in steps(intake.job(key))


def test_a_split_that_dies_goes_on_from_its_last_checkpoint(intake: Intake) -> None:
    content = long_file()
    whole = split_of(intake, content, "patients/whole.csv")
    message = intake.put(content, "patients/dying.csv")
    event = sqs_event("on_file_uploaded", message)
    for looks in (3, 4, 4):
        assert on_file_uploaded.handler(event, dying(looks))["batchItemFailures"]
    job = job_repository.read_job("acme", intake.job("patients/dying.csv")["task_id"])
    checkpoint = json.loads(working_files.read_checkpoint(job).partition(b"\n")[0])
    assert checkpoint["last"][0] > 1.5 * (1 << 20)
    asked: list[Any] = []
    events = client("s3").meta.events

    def note(params: dict[str, Any], **_: object) -> None:
        asked.append(params["headers"].get("Range"))

    events.register("before-call.s3.GetObject", note)
    chunks = intake.split(message)
    events.unregister("before-call.s3.GetObject", note)
    assert f"bytes={checkpoint['last'][0]}-" in asked
    assert sorted((found["chunk"] for found in chunks), key=lambda chunk: chunk["number"]) == whole[0]


def test_messages_of_a_split_that_come_twice_or_late_do_no_harm(intake: Intake) -> None:
    content = long_file()
    whole = split_of(intake, content, "patients/whole.csv")
    message = intake.put(content, "patients/twice.csv")

    def handle(body: dict[str, Any], context: Invocation) -> list[dict[str, Any]]:
        """Handle a message. Returns the messages sent to the function's own queue."""
        assert on_file_uploaded.handler(sqs_event("on_file_uploaded", body), context) == {"batchItemFailures": []}
        return intake.queued("intake_uploads")

    [first] = handle(message, hurried(3))
    [second] = handle(first, hurried(3))
    [third] = handle(message, hurried(3))  # a second notification of S3
    assert handle(first, Invocation()) == handle(third, Invocation()) == handle(second, hurried(3)) == []
    chunks = [found["chunk"] for found in intake.queued()]
    assert sorted(chunks, key=lambda chunk: chunk["number"])[::3] == whole[0]
    job = job_repository.read_job("acme", intake.job("patients/twice.csv")["task_id"])
    assert job.split is not None
    assert (job.split.chunks, job.split.stamp, working_files.read_contested(job, job.split)) == whole[1:]


def test_two_invocations_at_the_same_place_are_gone_on_with_once(intake: Intake) -> None:
    message = intake.put(long_file())
    told: list[bool] = []

    def seconds_left() -> float:
        told.append(True)
        if len(told) == 2:  # the first look is the handler's own, when it begins
            on_file_uploaded.handler(sqs_event("on_file_uploaded", message), hurried(5))
        return 100

    on_file_uploaded.handler(sqs_event("on_file_uploaded", message), Invocation(seconds_left))
    assert len(intake.queued("intake_uploads")) == 1
    assert intake.job()["steps"][-1]["detail"] == "times that another worker continued: 1"


def test_a_file_that_is_never_read_to_its_end_fails(intake: Intake) -> None:
    assert intake.split(intake.put("a file", "claims/endless.csv"), *[hurried(0) for _ in range(200)]) == []
    job = intake.job("claims/endless.csv")
    assert (job["status"], job["error"]) == ("failed", "The file takes too long to read.")


def test_each_step_of_a_job_is_in_the_log_with_its_id(intake: Intake, capsys: pytest.CaptureFixture[str]) -> None:
    message = intake.put(HEADER + ROW + "x\n")
    for chunk in intake.split(message, hurried(0)) + intake.split(message):
        intake.load(chunk)
    intake.split(intake.put(b"x", "patients/bad.csv"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    logged = [line for line in lines if line["message"] == "job"]
    good, bad = ([line for line in logged if line["task_id"] == intake.job(key)["task_id"]] for key in KEYS)
    assert [line["step"] for line in good] == ["received", "started", "handed_on", "split", "loading", "completed"]
    assert steps(intake.job()) == [line["step"] for line in good]
    assert [line["chunks"] for line in good if line["step"] == "split"] == [1]
    assert [(line["rows_read"], line["visits_created"], line["rejected"]) for line in good[-2:]] == [(2, 1, 1)] * 2
    assert [line["step"] for line in bad] == steps(intake.job(KEYS[1])) == ["received", "started", "failed"]
    assert not any(word in json.dumps(lines) for word in ("0017", "Ada", "Field", "V-1", "visits.csv"))
