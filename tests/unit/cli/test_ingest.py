"""`payerworks ingest` and `payerworks jobs`."""

import csv
import gzip
import io
import json
import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from payerworks.aws import client
from payerworks.settings import settings
from payerworks_cli.api import Api
from payerworks_cli.intake.ingest_job import IngestJob, outcome
from payerworks_cli.intake.job_progress import note, pace
from payerworks_cli.intake.job_rows import rows_of
from payerworks_cli.run.sample import write_sample
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.service import Service

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason"
GOOD = "7,Zoë,Field,1990-01-02,V-{},2024-01-02,Check"
BAD = "7,Zoë,Field,1990-02-30,V-{},2024-01-02,{}"
OTHER_NAME = GOOD.replace("Zoë", "Zoe")
"""Contests a row of GOOD, so that both are in another chunk than the rest."""
MAX_UPLOAD = 5 * 1024**3


@pytest.fixture
def stack_dir(stack_dir: Path) -> Path:
    """With a small sample in it."""
    write_sample(stack_dir, claims=3, patients=5)
    return stack_dir


def ingested(stack_dir: Path, *rows: str) -> dict[str, Any]:
    """The job of a file with these rows."""
    file = stack_dir / "visits.csv"
    file.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    job: dict[str, Any] = json.loads(printed(run(stack_dir, "ingest", file, "--json")))["items"][0]
    return job


def uploaded(name: str) -> bytes:
    """The content of the one uploaded file of that name."""
    s3, bucket = client("s3"), settings().intake_bucket
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    (key,) = [key for key in keys if key.endswith(f"/{name}")]
    return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def test_a_file_is_sent_and_followed_to_its_end(service: Service, stack_dir: Path) -> None:
    said = printed(run(stack_dir, "ingest", stack_dir / "patients.csv"))
    assert uploaded("patients.csv") == (stack_dir / "patients.csv").read_bytes()
    size = f"{(stack_dir / 'patients.csv').stat().st_size / 1000:.1f}"
    assert f"patients.csv, upload: 100 %, {size} of {size} KB\n" in said
    assert "patients.csv: 0 %, uploaded\n" in said
    assert "5 patients created, " in said.splitlines()[-1]


def test_a_job_at_work_is_shown(stack_dir: Path) -> None:
    visits = stack_dir / "visits.csv"
    visits.write_text("\n".join((HEADER, GOOD.format(1), BAD.format(2, "x"), OTHER_NAME.format(3))), encoding="utf-8")
    said = printed(run(stack_dir, "ingest", visits))
    assert "visits.csv: 50 %, 1 row, 1 rejected\n" in said
    assert "the rejects: payerworks jobs rejects " in said


def test_the_lines_of_rejected_rows_are_named(stack_dir: Path) -> None:
    visits = stack_dir / "visits.csv"
    rows = (GOOD.format(1), BAD.format(2, '"two\nlines"'), *(BAD.format(number, "x") for number in range(20)))
    visits.write_text("\n".join((HEADER, *rows)).replace(",", ";"), encoding="utf-8")
    said = printed(run(stack_dir, "ingest", visits))
    assert f"  rejected: {visits}, lines 3, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 11 more\n" in said
    visits.write_text("\n".join((HEADER, BAD.format(3, "x"))), encoding="utf-8")
    assert f"  rejected: {visits}, line 2\n" in printed(run(stack_dir, "ingest", visits))


def test_ctrl_c_leaves_the_files_to_the_service(stack_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)
    result = run(stack_dir, "ingest", stack_dir / "patients.csv")
    assert result.exit_code == 130
    look = f"`payerworks jobs list --stack-dir {stack_dir}`"
    assert result.stderr == f"Error: Interrupted: the service goes on with the files; {look}.\n"


def test_what_is_known_already_is_told_as_nothing_new(service: Service, stack_dir: Path) -> None:
    printed(run(stack_dir, "ingest", stack_dir / "patients.csv"))
    rows = (stack_dir / "patients.csv").read_text().count("\n") - 1
    said = printed(run(stack_dir, "ingest", stack_dir / "patients.csv")).splitlines()[-1]
    assert said.startswith(f"patients.csv: {rows} rows read, nothing new: {rows} duplicates (")


def test_several_files_go_in_together(service: Service, stack_dir: Path) -> None:
    again = stack_dir / "again.csv"
    again.write_bytes((stack_dir / "patients.csv").read_bytes())
    told = json.loads(printed(run(stack_dir, "ingest", stack_dir / "patients.csv", again, "--json")))
    assert told["ok"]
    assert [Path(item["file"]).name for item in told["items"]] == ["patients.csv", "again.csv"]
    assert [item["patients_created"] for item in told["items"]] == [5, 0]


def test_packed_files_are_sent_as_they_are(service: Service, stack_dir: Path) -> None:
    packed = stack_dir / "patients.csv.gz"
    packed.write_bytes(gzip.compress((stack_dir / "patients.csv").read_bytes()))
    printed(run(stack_dir, "ingest", packed, "--no-watch"))
    assert uploaded("patients.csv.gz") == packed.read_bytes()


def test_without_watching_the_key_is_told_at_once(service: Service, stack_dir: Path) -> None:
    said = printed(run(stack_dir, "ingest", stack_dir / "claims.csv", "--kind", "claims", "--no-watch"))
    assert re.search(r"payerworks jobs list --key 'claims/main/\w+/claims.csv'", said)
    told = json.loads(printed(run(stack_dir, "ingest", stack_dir / "patients.csv", "--no-watch", "--json")))
    (item,) = told["items"]
    assert item["file"] == str(stack_dir / "patients.csv")
    assert re.fullmatch(r"patients/main/\w+/patients.csv", item["key"])
    assert not [path for path in service.asked if path.startswith("GET /ingest")]


def test_a_mapping_goes_with_every_file(stack_dir: Path) -> None:
    fields = HEADER.split(",")
    mapping = {"columns": {field: [f"{field} here"] for field in fields}, "date_format": "DD.MM.YYYY"}
    path = stack_dir / "clinic.json"
    path.write_text(json.dumps(mapping), encoding="utf-8-sig")
    files = [stack_dir / "patients.csv"] * 2
    printed(run(stack_dir, "ingest", *files, "--mapping", path, "--no-watch"))
    s3, bucket = client("s3"), settings().intake_bucket
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    mappings = [json.load(s3.get_object(Bucket=bucket, Key=key)["Body"]) for key in keys if "mapping" in key]
    assert mappings == [mapping, mapping]


def test_a_job_that_failed_ends_the_command_with_its_reason(service: Service, stack_dir: Path) -> None:
    empty = stack_dir / "empty.csv"
    empty.write_bytes(b"")
    result = run(stack_dir, "ingest", empty, stack_dir / "patients.csv")
    assert result.exit_code == 1
    assert result.stderr == "Error: The service could not ingest empty.csv: The file is empty.\n"
    assert "5 patients created" in result.stdout
    result = run(stack_dir, "ingest", empty, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["ok"], told["items"][0]["error"]) == (False, "The file is empty.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("patients.csv", "missing.csv", "."),
            "Nothing was sent: . is a folder: name its files; there is no file missing.csv.",
        ),
        (("-",), "Nothing was sent: standard input cannot be uploaded: name a file."),
        (("notes.txt",), "/filename: must"),
        (("large.csv",), "large.csv has 5,369 MB, and an upload may have 5,369 MB: pack it with gzip."),
        (("refused.csv",), "S3 refused refused.csv: 403 AccessDenied."),
        (("patients.csv", "--mapping", "notes.txt"), "notes.txt is not JSON: "),
        (("patients.csv", "--mapping", "missing.json"), "missing.json cannot be read: "),
    ],
    ids=range(7),
)
def test_what_cannot_be_sent_is_told_in_one_sentence(
    service: Service, stack_dir: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    for name, size in (("notes.txt", 10), ("large.csv", MAX_UPLOAD + 1), ("refused.csv", 10)):
        with (stack_dir / name).open("wb") as file:
            file.truncate(size)
    refusal = httpx.Response(403, text="<Error><Code>AccessDenied</Code></Error>")
    service.scripted["POST refused.csv"] = [refusal]
    monkeypatch.chdir(stack_dir)
    result = run(stack_dir, "ingest", *arguments)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_jobs_are_listed_newest_first(service: Service, stack_dir: Path) -> None:
    done = ingested(stack_dir, GOOD.format(1), BAD.format(2, "x"), BAD.format(3, "x"))
    printed(run(stack_dir, "ingest", stack_dir / "patients.csv", "--no-watch"))
    service.work()
    lines = [line.split() for line in printed(run(stack_dir, "jobs", "list")).splitlines()]
    received = f"{done['steps'][0]['at'][:19]}Z"
    assert lines[1][1:5] == ["running", "0", "0", "0"]
    assert lines[1][6] == "patients.csv"
    assert lines[2:] == [[done["task_id"], "completed", "100", "3", "2", received, "visits.csv"], ["2", "jobs"]]
    told = json.loads(printed(run(stack_dir, "jobs", "list", "--limit", "1", "--json")))
    assert ([job["task_id"] for job in told["items"]], told["more"]) == ([lines[1][0]], True)
    assert "0 jobs" in printed(run(stack_dir, "jobs", "list", "--key", "patients/b.csv"))


def test_a_job_is_shown_with_its_steps(api: Api, stack_dir: Path) -> None:
    job_id = ingested(stack_dir, GOOD.format(1), BAD.format(2, "x"), OTHER_NAME.format(3))["task_id"]
    said = printed(run(stack_dir, "jobs", "show", job_id))
    assert f"Job {job_id}: completed, 100 %" in said
    assert f"3 rows read, 1 patient created, 2 visits created, 1 rejected; payerworks jobs rejects {job_id}" in said
    steps = api.ask("GET", f"/ingest/{job_id}").json()["steps"]
    split_at = next(step["at"] for step in steps if step["step"] == "split")
    assert ["split", f"{split_at[:19]}Z", "chunks", "to", "load:", "2"] in [line.split() for line in said.splitlines()]
    assert json.loads(printed(run(stack_dir, "jobs", "show", job_id, "--json")))["steps"] == steps


def test_a_job_that_failed_is_shown_with_its_reason(api: Api, stack_dir: Path) -> None:
    (stack_dir / "empty.csv").write_bytes(b"")
    run(stack_dir, "ingest", stack_dir / "empty.csv")
    (job,) = api.items("/ingest", dict[str, Any])
    assert "The file is empty." in printed(run(stack_dir, "jobs", "show", job["task_id"]))


@pytest.mark.parametrize("length", [1, 60_000], ids=["small", "large"])
def test_rejects_are_printed_or_written_to_a_file(stack_dir: Path, length: int) -> None:
    rows = [BAD.format(number, "x" * length) for number in range(70)]
    job_id = ingested(stack_dir, *rows)["task_id"]
    lines = run(stack_dir, "jobs", "rejects", job_id).stdout_bytes.decode().splitlines()
    assert lines[0] == f"{HEADER},line,reject_reason"
    assert [",".join(cells[:-2]) for cells in csv.reader(lines[1:])] == rows
    written = stack_dir / "rejects.csv"
    assert f"70 rejected rows in {written}" in printed(run(stack_dir, "jobs", "rejects", job_id, "-o", written))
    assert written.read_bytes().decode().splitlines() == lines


def test_duplicates_are_printed_or_written_to_a_file(stack_dir: Path) -> None:
    job_id = ingested(stack_dir, GOOD.format(1), GOOD.format(1))["task_id"]
    listed = run(stack_dir, "jobs", "duplicates", job_id).stdout_bytes.decode()
    header, duplicate = listed.splitlines()
    assert (header, duplicate.partition(",")[0]) == ("line,duplicate_of", "3")
    written = stack_dir / "duplicates.csv"
    assert f"1 duplicate in {written}" in printed(run(stack_dir, "jobs", "duplicates", job_id, "-o", written))
    assert written.read_bytes().decode() == listed


def test_strict_ends_with_1_where_rows_were_rejected(stack_dir: Path) -> None:
    file = stack_dir / "visits.csv"
    file.write_text("\n".join((HEADER, GOOD.format(1), BAD.format(2, "x"))), encoding="utf-8")
    assert run(stack_dir, "ingest", file).exit_code == 0
    strict = run(stack_dir, "ingest", file, "--strict")
    assert strict.exit_code == 1
    assert strict.stderr == "Error: Rejected: 1 row of visits.csv; all others went in or were known already.\n"
    told = run(stack_dir, "ingest", file, "--strict", "--json")
    answer = json.loads(told.stdout)
    assert (told.exit_code, answer["ok"], f"Error: {answer['error']}\n") == (1, False, strict.stderr)
    assert run(stack_dir, "ingest", stack_dir / "patients.csv", "--strict").exit_code == 0
    assert run(stack_dir, "ingest", file, "--strict", "--no-watch").exit_code == 2


def test_a_folder_is_told_from_a_file_that_is_missing(stack_dir: Path) -> None:
    assert f"{stack_dir} is a folder: name its files" in run(stack_dir, "ingest", stack_dir).stderr
    folder = stack_dir / "none"
    told = run(stack_dir, "jobs", "rejects", "x", "-o", folder / "rejects.csv").stderr
    assert f"there is no folder {folder}." in told


def test_the_list_says_why_a_job_failed(stack_dir: Path) -> None:
    (stack_dir / "empty.csv").write_bytes(b"")
    run(stack_dir, "ingest", stack_dir / "empty.csv")
    assert "failed: The file is empty." in printed(run(stack_dir, "jobs", "list"))


def test_the_bar_tells_what_becomes_of_the_rows_and_how_long_it_will_take() -> None:
    counts = {"rows_read": 5000, "patients_created": 2, "patients_updated": 3, "visits_created": 4, "rejected": 1}
    job = IngestJob(task_id="job-7", status="running", percent=25, **counts)
    assert note(job) == "5,000 rows, 6 created, 3 updated, 1 rejected"
    assert pace(job, 10) == ["500/s", "30 s left"]
    assert pace(job.model_copy(update={"status": "completed"}), 10) == []
    assert ", 1 duplicate, " in note(job.model_copy(update={"duplicates": 1}))
    assert ", 2 duplicates, " in note(job.model_copy(update={"duplicates": 2}))


def test_what_was_skipped_and_the_encoding_are_told() -> None:
    job = IngestJob(
        task_id="job-7", status="completed", rows_read=3, claims_created=3, blank=2, encoding="Windows-1252"
    )
    assert outcome(job) == "3 rows read, 3 claims stored, 2 blank rows skipped; the file was read as Windows-1252"
    assert outcome(job.model_copy(update={"blank": 0, "encoding": "utf-8"})) == "3 rows read, 3 claims stored"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_rows_of_a_list_have_their_cells_by_column(delimiter: str) -> None:
    columns, cells = (
        ["line", "x\ny", "x", "line", "reject_reason"],
        ["1", "two\nlines", "x" * 200_000, "7", "x: a, b; c"],
    )
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows((columns, cells))
    assert rows_of(text.getvalue()) == [
        {"line (1)": "1", "x\ny": "two\nlines", "x": "x" * 200_000, "line": 7, "reject_reason": "x: a, b; c"}
    ]
    assert rows_of("line,duplicate_of\r\n3,visit-7\r\n") == [{"line": 3, "duplicate_of": "visit-7"}]
