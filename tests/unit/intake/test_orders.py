"""Files whose outcome must not depend on how they are cut, in which order chunks load, or how often."""

import pytest

from intake import on_chunk_queued
from intake.jobs import loading
from payerworks.aws import client
from tests.unit.intake.conftest import CHUNK_BYTES, Intake, sqs_event

pytestmark = pytest.mark.usefixtures("small_chunks")

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"


def row(mrn: str, birth: str = "1990-02-14", visit: str = "", first: str = "Ada") -> str:
    return f"{mrn},{first},Field,{birth},{visit or f'V-{mrn}'},2024-11-01,Annual physical\n"


def filler(count: int, prefix: str = "F") -> str:
    """Rows of so many other patients."""
    return "".join(row(f"{prefix}{number}") for number in range(count))


FAR = filler(2 * CHUNK_BYTES // len(row("F100")))
"""Rows that fill more than a chunk."""


def births(intake: Intake, mrn: str) -> list[str]:
    return [patient["person"]["birth_date"] for patient in intake.patients(mrn=mrn)["patients"]]


def load_backwards(intake: Intake, content: str, key: str) -> None:
    """Load a file's chunks, the last one first; those in turn follow as they come."""
    chunks = intake.split(intake.put(content, key))
    assert len(chunks) > 1
    for chunk in reversed(chunks):
        intake.load(chunk)
    intake.load_queued()


def test_rows_that_differ_in_the_date_of_birth_alone_are_loaded_in_their_order(intake: Intake) -> None:
    intake.ingest(HEADER + row("M1", "1990-01-01"))
    content = HEADER + row("M1", "1991-01-01", "V-2") + FAR + row("M1", "1990-01-01", "V-3")
    load_backwards(intake, content, "patients/second.csv")
    assert births(intake, "M1") == ["1990-01-01"]


def test_files_that_end_alike_are_different_contents(intake: Intake) -> None:
    intake.ingest(HEADER + row("M1", "1990-01-01") + row("M2"), "patients/first.csv")
    intake.ingest(HEADER + row("M1", "1991-01-01", "V-9") + row("M2"), "patients/second.csv")
    assert births(intake, "M1") == ["1991-01-01"]


def test_ten_rows_of_one_patient_are_one_patient_as_the_last_row_says(intake: Intake) -> None:
    rows = [row("M1", f"199{number}-01-01", f"V-{number}") for number in range(10)]
    job = intake.ingest(HEADER + "".join(rows))
    assert (job["patients_created"], job["patients_unchanged"], job["visits_created"]) == (1, 9, 10)
    assert births(intake, "M1") == ["1999-01-01"]


def test_all_batches_of_a_chunk_are_counted_and_keep_their_rejects(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH", 2)
    bad = row("B1", "soon") + row("B2", "never") + row("G1") + row("G2") + row("B3", "late") + row("G3")
    job = intake.ingest(HEADER + bad + row("G1"))
    assert (job["rows_read"], job["rejected"], job["patients_created"], job["duplicates"]) == (7, 3, 3, 1)
    assert [line.split(",")[0] for line in intake.rejects(job).splitlines()[1:]] == ["B1", "B2", "B3"]


def test_a_chunk_that_is_loaded_twice_at_once_is_counted_once_and_followed_once(intake: Intake) -> None:
    contested = "".join(row("M1", f"19{number}-01-01", f"V-{number}") + FAR for number in range(90, 93))
    chunks = intake.split(intake.put(HEADER + contested))
    for chunk in chunks:
        if not chunk["chunk"]["contested"]:
            intake.load(chunk)
    [first] = [chunk for chunk in chunks if chunk["chunk"]["contested"]]  # the next one is sent after it
    events, left = client("dynamodb").meta.events, [True]

    def meanwhile(params: dict[str, bytes], **_: object) -> None:
        if left and b"CHUNK#" in bytes(params["body"]):
            left.clear()
            intake.load(first)

    events.register("before-call.dynamodb.TransactWriteItems", meanwhile)
    try:
        on_chunk_queued.handler(sqs_event("on_chunk_queued", first), None)
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", meanwhile)
    assert not left
    following = intake.queued()
    assert [message["chunk"]["number"] for message in following] == [first["chunk"]["number"] + 1]
    intake.load(following[0])
    job = intake.job()
    assert (job["status"], job["rows_read"]) == ("completed", contested.count("\n"))
    assert job["visits_created"] + job["duplicates"] == contested.count("\n")


def test_a_chunk_whose_worker_died_before_it_was_counted_counts_the_same(intake: Intake) -> None:
    intake.ingest(HEADER + row("M1") + row("M2"), "patients/first.csv")
    content = HEADER + row("M1", "1991-01-01", "V-8") + row("M2") + row("M3")
    [chunk] = intake.split(intake.put(content, "patients/second.csv"))
    events = client("dynamodb").meta.events

    def die(params: dict[str, bytes], **_: object) -> None:
        if b"CHUNK#" in bytes(params["body"]):
            raise ConnectionError("the worker dies")

    events.register("before-call.dynamodb.TransactWriteItems", die)
    failed = on_chunk_queued.handler(sqs_event("on_chunk_queued", chunk), None)["batchItemFailures"]
    events.unregister("before-call.dynamodb.TransactWriteItems", die)
    assert len(failed) == 1
    intake.load(chunk, tries=2)
    job = intake.job("patients/second.csv")
    names = ("rows_read", "patients_created", "patients_updated", "patients_unchanged", "visits_created", "duplicates")
    assert {name: job[name] for name in names} == dict(zip(names, (3, 1, 1, 0, 2, 1), strict=True))


@pytest.mark.parametrize("field", ["first_name", "last_name", "mrn", "reason"])
def test_a_row_that_lost_characters_is_rejected(intake: Intake, field: str) -> None:
    cells = dict(zip(HEADER.strip().split(","), row("M1").strip().split(","), strict=True))
    cells[field] = "Caf\ufffd"
    job = intake.ingest(HEADER + ",".join(cells.values()) + "\n" + row("M2"))
    assert (job["rejected"], job["patients_created"]) == (1, 1)
    assert "U+FFFD" in intake.rejects(job)
