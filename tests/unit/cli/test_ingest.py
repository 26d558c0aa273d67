"""`payerworks ingest` and `payerworks jobs`, against a stand-in for the service on loopback."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from payerworks_cli.intake.ingest_job import Job
from payerworks_cli.intake.job_progress import note
from payerworks_cli.run.sample import write_sample
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.fake_service import MAX_UPLOAD, REJECTS, FakeService

STEPS = [
    {"step": "received", "at": "2026-11-21T10:15:00.123+00:00", "detail": "the file is in the bucket"},
    {"step": "split", "at": "2026-11-21T10:15:01.456+00:00", "detail": "chunks to load: 1"},
]


@pytest.fixture
def stack_dir(stack_dir: Path) -> Path:
    """With a small sample in it."""
    write_sample(stack_dir, claims=3, patients=5)
    return stack_dir


def a_job(service: FakeService, **members: Any) -> None:
    job = {"task_id": "job-7", "key": "patients/a.csv", "kind": "patients", "status": "completed", "percent": 100}
    service.jobs.insert(0, job | {"steps": STEPS, "rows_read": 1200, "error": None} | members)


def test_a_file_is_sent_and_followed_to_its_end(service: FakeService, stack_dir: Path) -> None:
    said = printed(run(stack_dir, "ingest", stack_dir / "patients.csv"))
    assert service.objects["patients/main/1/patients.csv"] == (stack_dir / "patients.csv").read_bytes()
    assert "patients.csv, upload: 100 %, 0.0 of 0.0 MB\n" in said
    assert "patients.csv: 50 %, running\n" in said
    assert "5 patients created, " in said.splitlines()[-1]


def test_what_is_known_already_is_told_as_nothing_new(service: FakeService, stack_dir: Path) -> None:
    printed(run(stack_dir, "ingest", stack_dir / "patients.csv"))
    rows = (stack_dir / "patients.csv").read_text().count("\n") - 1
    said = printed(run(stack_dir, "ingest", stack_dir / "patients.csv")).splitlines()[-1]
    assert said == f"patients.csv: {rows} rows read, nothing new: {rows} duplicates"


def test_several_files_go_in_together(service: FakeService, stack_dir: Path) -> None:
    again = stack_dir / "again.csv"
    again.write_bytes((stack_dir / "patients.csv").read_bytes())
    told = json.loads(printed(run(stack_dir, "ingest", stack_dir / "patients.csv", again, "--json")))
    assert told["ok"]
    assert [Path(item["file"]).name for item in told["items"]] == ["patients.csv", "again.csv"]
    assert [item["patients_created"] for item in told["items"]] == [5, 0]


def test_packed_files_are_sent_as_they_are(service: FakeService, stack_dir: Path) -> None:
    packed = stack_dir / "patients.csv.gz"
    packed.write_bytes(gzip.compress((stack_dir / "patients.csv").read_bytes()))
    printed(run(stack_dir, "ingest", packed, "--no-watch"))
    assert service.objects["patients/main/1/patients.csv.gz"] == packed.read_bytes()


def test_without_watching_the_key_is_told_at_once(service: FakeService, stack_dir: Path) -> None:
    said = printed(run(stack_dir, "ingest", stack_dir / "claims.csv", "--kind", "claims", "--no-watch"))
    assert "payerworks jobs list --key 'claims/main/1/claims.csv'" in said
    told = json.loads(printed(run(stack_dir, "ingest", stack_dir / "patients.csv", "--no-watch", "--json")))
    assert told["items"] == [{"file": str(stack_dir / "patients.csv"), "key": "patients/main/2/patients.csv"}]
    assert not [path for path in service.asked if path.startswith("GET /ingest")]


def test_a_mapping_goes_with_every_file(service: FakeService, stack_dir: Path) -> None:
    mapping = {"columns": {"mrn": "No"}, "date_format": "DD.MM.YYYY"}
    path = stack_dir / "clinic.json"
    path.write_text(json.dumps(mapping), encoding="utf-8-sig")
    files = [stack_dir / "patients.csv"] * 2
    printed(run(stack_dir, "ingest", *files, "--mapping", path, "--no-watch"))
    assert [offer["mapping"] for offer in service.offers] == [mapping, mapping]


def test_a_job_that_failed_ends_the_command_with_its_reason(service: FakeService, stack_dir: Path) -> None:
    empty = stack_dir / "empty.csv"
    empty.write_bytes(b"")
    result = run(stack_dir, "ingest", empty, stack_dir / "patients.csv")
    assert result.exit_code == 1
    assert result.stderr == "Error: The service could not ingest empty.csv: the file has no rows\n"
    assert "5 patients created" in result.stdout
    result = run(stack_dir, "ingest", empty, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["ok"], told["items"][0]["error"]) == (False, "the file has no rows")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("patients.csv", "missing.csv", "."), "There is no file missing.csv, .; nothing was sent."),
        (("notes.txt",), "/filename: must"),
        (("large.csv",), "large.csv has 1 MB, and an upload may have 1 MB: pack it with gzip."),
        (("refused.csv",), "S3 refused refused.csv: 403 AccessDenied."),
        (("patients.csv", "--mapping", "notes.txt"), "notes.txt is not JSON: "),
        (("patients.csv", "--mapping", "missing.json"), "missing.json cannot be read: "),
    ],
    ids=range(6),
)
def test_what_cannot_be_sent_is_told_in_one_sentence(
    stack_dir: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    for name, size in (("notes.txt", 10), ("large.csv", MAX_UPLOAD + 1), ("refused.csv", 10)):
        (stack_dir / name).write_bytes(b"x" * size)
    monkeypatch.chdir(stack_dir)
    result = run(stack_dir, "ingest", *arguments)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_jobs_are_listed_newest_first(service: FakeService, stack_dir: Path) -> None:
    a_job(service)
    a_job(service, task_id="job-8", status="running", percent=41.7, rejected=3)
    lines = [line.split() for line in printed(run(stack_dir, "jobs", "list")).splitlines()]
    received = STEPS[0]["at"]
    assert lines[1:] == [
        ["job-8", "running", "42", "1,200", "3", received, "patients/a.csv"],
        ["job-7", "completed", "100", "1,200", "0", received, "patients/a.csv"],
        ["2", "jobs"],
    ]
    told = json.loads(printed(run(stack_dir, "jobs", "list", "--limit", "1", "--json")))
    assert ([job["task_id"] for job in told["items"]], told["more"]) == (["job-8"], True)
    assert "0 jobs" in printed(run(stack_dir, "jobs", "list", "--key", "patients/b.csv"))


def test_a_job_is_shown_with_its_steps(service: FakeService, stack_dir: Path) -> None:
    a_job(service, patients_created=25, rejected=3)
    said = printed(run(stack_dir, "jobs", "show", "job-7"))
    assert "Job job-7: completed, 100 %" in said
    assert "1,200 rows read, 25 patients created, 3 rejected; payerworks jobs rejects job-7" in said
    assert ["split", STEPS[1]["at"], "chunks", "to", "load:", "1"] in [line.split() for line in said.splitlines()]
    assert json.loads(printed(run(stack_dir, "jobs", "show", "job-7", "--json")))["steps"] == STEPS


def test_a_job_that_failed_is_shown_with_its_reason(service: FakeService, stack_dir: Path) -> None:
    a_job(service, status="failed", error="The file is empty.")
    assert "The file is empty." in printed(run(stack_dir, "jobs", "show", "job-7"))


@pytest.mark.parametrize("elsewhere", [False, True])
def test_rejects_are_printed_or_written_to_a_file(service: FakeService, stack_dir: Path, *, elsewhere: bool) -> None:
    a_job(service, rejected=1)
    if elsewhere:
        service.large_rejects_of = "job-7"
        service.objects["rejects.csv"] = b""
        service.s3 = lambda *_: (200, {}, REJECTS)  # type: ignore[method-assign]
    assert run(stack_dir, "jobs", "rejects", "job-7").stdout_bytes.decode() == REJECTS
    written = stack_dir / "rejects.csv"
    assert f"1 rejected row in {written}" in printed(run(stack_dir, "jobs", "rejects", "job-7", "-o", written))
    assert written.read_bytes().decode() == REJECTS


def test_the_bar_tells_what_becomes_of_the_rows_and_how_long_it_will_take() -> None:
    counts = {"rows_read": 5000, "patients_created": 2, "patients_updated": 3, "visits_created": 4, "rejected": 1}
    job = Job(task_id="job-7", status="running", percent=25, **counts)
    assert note(job, 10) == "5,000 rows, 500/s, 30 s left, 6 created, 3 updated, 1 rejected"
    assert note(job.model_copy(update={"status": "completed"}), 10) == "5,000 rows, 6 created, 3 updated, 1 rejected"
