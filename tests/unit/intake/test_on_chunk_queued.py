import csv
import gzip
import io
import random
from typing import Any

import pytest

from intake import on_file_uploaded
from intake.files.columns import layout_of
from intake.files.rejects import TO_CHECK
from intake.jobs import splitting
from intake.jobs.kinds import FILE_KINDS
from intake.jobs.row_conflicts import RowConflicts
from payerworks.csv_rows import Row
from tests.unit.conftest import ROOT
from tests.unit.intake.conftest import Intake, Invocation, sqs_event

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
ROW = "0017,Ada,Field,1990-02-14,V-1,2024-11-01,Annual physical\n"
QUOTES = 'a cell that begins with " ends with ", and a " within it is written twice'
SYNTHEA = ROOT.parent / "shared/data/synthea"
COUNTS = (
    "rows_read",
    "patients_created",
    "patients_updated",
    "patients_unchanged",
    "visits_created",
    "duplicates",
    "rejected",
)


def counts(job: dict[str, Any]) -> tuple[int, ...]:
    return tuple(job[name] for name in COUNTS)


def test_a_row_becomes_a_patient_with_a_visit(intake: Intake) -> None:
    job = intake.ingest(HEADER + ROW)
    assert (job["status"], job["percent"], job["error"]) == ("completed", 100, None)
    assert counts(job) == (1, 1, 0, 0, 1, 0, 0)
    assert [step["step"] for step in job["steps"]] == ["received", "started", "split", "loading", "completed"]
    page = intake.patients()
    assert (page["total"], page["page"], page["page_size"]) == (1, 1, 20)
    patient = page["patients"][0]
    assert patient["mrn"] == "0017"
    assert patient["person"] == {"first_name": "Ada", "last_name": "Field", "birth_date": "1990-02-14"}
    visit = {name: text for name, text in patient["visits"][0].items() if name != "id"}
    assert visit == {"visit_account_number": "V-1", "visit_date": "2024-11-01", "reason": "Annual physical"}
    assert patient["visits_count"] == 1
    [version] = [item["version"] for item in intake.items() if item["sk"] == {"S": "PATIENT"}]
    assert version == {"N": "1"}


def test_the_same_content_under_another_name_changes_nothing(intake: Intake) -> None:
    intake.ingest(HEADER + ROW)
    before = intake.stored()
    again = intake.ingest(HEADER + ROW, "patients/other name.csv")
    assert counts(again) == (1, 0, 0, 0, 0, 1, 0)
    assert intake.stored() == before


def test_a_later_row_changes_the_person_and_adds_its_visit(intake: Intake) -> None:
    rows = ROW + ROW.replace("Field", "Field-Moss").replace("V-1", "V-2").replace("Annual physical", "")
    assert counts(intake.ingest(HEADER + rows)) == (2, 1, 0, 1, 2, 0, 0)
    patient = intake.patients()["patients"][0]
    assert (patient["person"]["last_name"], patient["visits_count"]) == ("Field-Moss", 2)
    later = intake.ingest(HEADER + ROW.replace("Ada", "Adah").replace("V-1", "V-3"), "patients/later.csv")
    assert counts(later) == (1, 0, 1, 0, 1, 0, 0)
    assert intake.patients()["patients"][0]["person"] == {
        "first_name": "Adah",
        "last_name": "Field",
        "birth_date": "1990-02-14",
    }


def test_a_file_first_seen_earlier_does_not_come_through_after_a_later_one(intake: Intake) -> None:
    persons = "Id,FIRST,LAST,BIRTHDATE\n17,{},Field,1990-02-14\n"
    intake.ingest(persons.format("Ada"), "patients/first.csv")
    intake.ingest(persons.format("Adah"), "patients/second.csv")
    again = intake.ingest(persons.format("Ada"), "patients/third.csv")
    assert counts(again) == (1, 0, 0, 1, 0, 0, 0)
    assert intake.patients()["patients"][0]["person"]["first_name"] == "Adah"


def test_files_that_are_loaded_in_the_wrong_order_end_as_in_the_right_one(intake: Intake) -> None:
    persons = "Id,FIRST,LAST,BIRTHDATE\n17,{},Field,1990-02-14\n"
    intake.ingest(persons.format("Ada"), "patients/first.csv")
    earlier = intake.split(intake.put(persons.format("Adah") + "\n", "patients/earlier.csv"))
    later = intake.split(intake.put(persons.format("Ada") + "18,Bo,Moss,1990-02-14\n", "patients/later.csv"))
    for chunk in later + earlier:
        intake.load(chunk)
    assert intake.patients()["patients"][0]["person"]["first_name"] == "Ada"


def test_a_known_account_number_with_other_content_is_a_reject_and_changes_no_person(intake: Intake) -> None:
    intake.ingest(HEADER + ROW)
    before = intake.stored()
    others = [
        ROW.replace("Annual", "Other").replace("Ada", "Eve"),
        ROW.replace("2024-11-01", "2024-11-02"),
        ROW.replace("0017", "0018"),
    ]
    job = intake.ingest(HEADER + "".join(others), "patients/others.csv")
    assert counts(job) == (3, 0, 0, 0, 0, 0, 3)
    assert intake.stored() == before
    listed = list(csv.DictReader(io.StringIO(intake.rejects(job), newline="")))
    assert [row["line"] for row in listed] == ["2", "3", "4"]
    assert listed[0]["reject_reason"].startswith("visit_account_number: V-1 is stored with another date or reason; ")
    assert listed[2]["reject_reason"].startswith("visit_account_number: V-1 is stored for another patient; ")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Ada,Field,1990-02-14,V-1,2024-11-01,x", "mrn: the cell is empty; it must have 1 to 100 characters"),
        ("1,Ada,Field,1990-02-30,V-1,2024-11-01,x", "birth_date: 1990-02-30 is a date that does not exist"),
        (
            "1,Ada,Field,2/14/90,V-1,2024-11-01,x",
            "birth_date: 2/14/90 is not valid; it must have a year of four digits",
        ),
        (
            "1,Ada,Field,1990-02-14,V-1,soon,x",
            "visit_date: soon is not valid; it must be a date, as 2018-03-28 or 3/28/2018",
        ),
        ("1,Ada,Field,1990-02-14,V-1,2024-11-01", "the line has 6 cells, the header 7; add what is missing"),
        (
            "1,Ada,Field,1990-02-14,V-1,2024-11-01,x,y",
            "the line has 8 cells, the header 7; put quotes around a cell that holds the delimiter",
        ),
        ('1,Ada,Field,1990-02-14,V-1,2024-11-01,"x', f"a quote is not closed; {QUOTES}"),
        ('1,Ada,"Field"x,1990-02-14,V-1,2024-11-01,x', f"text follows a closing quote; {QUOTES}"),
        (
            "1,Ada,Fie\0ld,1990-02-14,V-1,2024-11-01,x",
            "the line contains a NUL character; enter the cell with U+FFFD again",
        ),
    ],
)
def test_a_bad_row_is_a_reject_and_the_others_go_in(intake: Intake, row: str, reason: str) -> None:
    job = intake.ingest(f"{HEADER}{row}\n{ROW}")
    assert counts(job) == (2, 1, 0, 0, 1, 0, 1)
    assert job["status"] == "completed"
    listed = list(csv.DictReader(io.StringIO(intake.rejects(job), newline="")))
    assert [(entry["line"], entry["reject_reason"].removesuffix(f"; {TO_CHECK}")) for entry in listed] == [
        ("2", reason)
    ]


def test_a_file_without_reasons_may_lack_their_column(intake: Intake) -> None:
    lacking = (HEADER + ROW).replace(",reason", "").replace(",Annual physical", "")
    assert counts(intake.ingest(lacking)) == (1, 1, 0, 0, 1, 0, 0)
    assert intake.patients()["patients"][0]["visits"][0]["reason"] == ""
    misspelt = intake.put(HEADER.replace("reason", "resaon") + ROW, "patients/misspelt.csv")
    assert intake.split(misspelt) == []
    assert intake.job("patients/misspelt.csv")["error"].startswith(
        "The file has no column reason. Its column resaon looks like reason."
    )


def test_rows_of_a_patient_are_in_turn_however_its_mrn_is_encoded(intake: Intake) -> None:
    conflicts, kind, layout = RowConflicts(), FILE_KINDS["patients"], layout_of(HEADER.strip().split(","))
    for line, mrn in enumerate(["Zo\u00eb", "Zoe\u0308"]):
        text = ROW.strip().replace("0017", mrn).replace("Ada", f"Ada {line}").replace("V-1", f"V-{line}")
        conflicts.note(kind.keys_of(kind.read(Row(line, 0, 0, text.split(",")), layout)))
    assert len(conflicts.contested) == 1


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_of_a_megabyte_is_a_reject_and_the_others_go_in(intake: Intake, quote: str) -> None:
    long = ROW.replace("Annual physical", quote + "x" * (1 << 20) + quote)
    job = intake.ingest(HEADER + long + ROW + long)
    assert counts(job) == (3, 1, 0, 0, 1, 0, 2)
    listed = list(csv.DictReader(io.StringIO(intake.rejects(job), newline="")))
    reason = f"the line is longer than 1 MB; shorten it; {TO_CHECK}"
    assert [(row["line"], row["reject_reason"]) for row in listed] == [("2", reason), ("4", reason)]


def test_texts_stay_what_they_are(intake: Intake) -> None:
    row = ['"007"', "NA", "null", "1990-02-14", "0012", "3/28/18 0:00", '"two\nlines, and ""quotes"""']
    intake.ingest("\ufeff" + HEADER.replace("\n", "\r\n") + ",".join(row) + "\r\n")
    patient = intake.patients(mrn="007")["patients"][0]
    assert patient["person"] == {"first_name": "NA", "last_name": "null", "birth_date": "1990-02-14"}
    visit = patient["visits"][0]
    assert visit["visit_account_number"] == "0012"
    assert (visit["visit_date"], visit["reason"]) == ("2018-03-28", 'two\nlines, and "quotes"')


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_rows_end_in_any_way(intake: Intake, line_end: str) -> None:
    rows = [HEADER.strip(), ROW.strip(), "bad", '1,Eve,Hill,1990-02-14,V-2,2024-11-01,"a', 'b"', ""]
    job = intake.ingest(line_end.join(rows))
    assert counts(job) == (3, 2, 0, 0, 2, 0, 1)
    assert "bad,,,,,,,3," in intake.rejects(job)
    assert intake.patients(mrn="1")["patients"][0]["visits"][0]["reason"] == "a\nb"


def test_columns_come_in_any_order_spelling_and_delimiter(intake: Intake) -> None:
    header = "Reason;VISIT DATE;Visit Account-Number;note;Last Name;birthDate;First_Name;MRN\n"
    job = intake.ingest(header + "x;2024-11-01;V-1;a,b;Field;1990-02-14;Ada;1\n")
    assert counts(job) == (1, 1, 0, 0, 1, 0, 0)


def test_columns_that_are_there_twice_must_agree(intake: Intake) -> None:
    header = HEADER.strip() + ",MRN\n"
    job = intake.ingest(header + ROW.strip() + ",0017\n" + ROW.strip().replace("V-1", "V-2") + ",0018\n")
    assert counts(job) == (2, 1, 0, 0, 1, 0, 1)
    assert "the columns named mrn differ" in intake.rejects(job)


def test_a_chunk_that_comes_twice_counts_once(intake: Intake) -> None:
    message = intake.put(HEADER + ROW)
    chunks = intake.split(message) + intake.split(message)
    assert len(chunks) == 2
    for chunk in chunks:
        intake.load(chunk)
    assert counts(intake.job()) == (1, 1, 0, 0, 1, 0, 0)
    assert intake.split(message) == []


def table(chance: random.Random, rows: int) -> str:
    """Rows that disagree about some persons and visits, so long that two or three fill a chunk."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*HEADER.strip().split(","), "note"])
    for number in range(rows):
        mrn = chance.randrange(6)
        first = chance.choice(["Ada", "Eve"]) if mrn < 3 else f"N{mrn}"
        account = f"V-{chance.randrange(rows) if chance.random() < 0.4 else number + rows}"
        visit = [account, "2024-11-01", chance.choice(["a", "b\nc"])]
        writer.writerow([mrn, first, "Field", "1990-02-14", *visit, "x" * 3_400])
    return text.getvalue()


def without_notes(text: str) -> str:
    """The same rows, so short that they fit into one chunk."""
    return text.replace("x" * 3_400, "")


@pytest.mark.parametrize("seed", [0, 7, 8, 9])
def test_chunks_in_any_order_end_in_the_registry_of_one_chunk(intake: Intake, small_chunks: None, seed: int) -> None:
    chance = random.Random(seed)
    files = [table(chance, 20), table(chance, 20)]
    whole = [counts(intake.ingest(without_notes(text), f"patients/{n}.csv")) for n, text in enumerate(files)]
    expected = intake.stored()
    intake.empty()
    shuffled = [counts(intake.ingest(text, f"patients/{n}.csv", chance)) for n, text in enumerate(files)]
    assert intake.stored() == expected
    assert shuffled == whole
    again = intake.ingest(files[0], "patients/again.csv", chance)
    assert intake.stored() == expected
    assert (again["patients_created"], again["patients_updated"], again["visits_created"]) == (0, 0, 0)


@pytest.mark.parametrize("calls", [2, 5, 9, 14])
def test_a_worker_that_dies_in_a_chunk_costs_nothing(intake: Intake, small_chunks: None, calls: int) -> None:
    text = table(random.Random(1), 20)
    whole = counts(intake.ingest(text))
    expected = intake.stored()
    intake.empty()
    chunks = intake.split(intake.put(text, "patients/again.csv"))
    while chunks:
        for chunk in chunks:
            intake.load_and_die(chunk, calls)
            intake.load(chunk)
        chunks = intake.queued()
    assert intake.stored() == expected
    assert counts(intake.job("patients/again.csv")) == whole


def test_a_job_is_completed_wherever_its_last_worker_died(intake: Intake) -> None:
    for calls in range(12):
        row = ROW.replace("0017", str(calls)).replace("V-1", f"V-{calls}")
        [chunk] = intake.split(intake.put(HEADER + row, f"patients/{calls}.csv"))
        intake.load_and_die(chunk, calls)
        intake.load(chunk)
        job = intake.job(f"patients/{calls}.csv")
        assert (job["status"], job["visits_created"]) == ("completed", 1)


def test_a_job_tells_that_a_part_of_it_is_tried_again(intake: Intake) -> None:
    event = sqs_event("on_file_uploaded", intake.put(HEADER + ROW), 3)
    assert on_file_uploaded.handler(event, Invocation()) == {"batchItemFailures": []}
    assert ("retried", "splitting: try 3") in told(intake.job())
    [chunk] = intake.queued()
    intake.load_and_die(chunk, 2)
    intake.load(chunk, 2)
    job = intake.job()
    assert ("retried", "chunk 1: try 2") in told(job)
    intake.load(chunk, 3)  # a repeated message does not change a finished job
    assert intake.job() == job


def told(job: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step["step"], step["detail"]) for step in job["steps"]]


def test_chunks_in_turn_that_come_twice_count_once(intake: Intake) -> None:
    text = table(random.Random(1), 20)
    whole = counts(intake.ingest(without_notes(text), "patients/whole.csv"))
    intake.empty()
    chunks = intake.split(intake.put(text))
    assert sum(chunk["chunk"]["in_turn"] for chunk in chunks) == 1
    while chunks:
        for chunk in chunks:
            intake.load(chunk)
            intake.load(chunk)
        # The second delivery sends the next one too, in case the first died before it did.
        chunks = intake.queued()[:1]
    job = intake.job()
    assert (job["status"], counts(job)) == ("completed", whole)


@pytest.mark.usefixtures("small_chunks")
def test_a_chain_of_chunks_moves_forward_and_ends(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    # AWS would stop this chain after 16 turns; on_chunk_queued allows it (template.yaml), so it must end by itself.
    monkeypatch.setattr(splitting, "CHUNKS_IN_TURN", 1)
    others = (f"{number:07d},Ada,Field,1990-02-14,V-{number},2024-11-01,Annual physical\n" for number in range(2300))
    chunks = intake.split(intake.put(HEADER + ROW + ROW.replace("Ada", "Eve").replace("V-1", "V-0") + "".join(others)))
    plain = [chunk["chunk"]["number"] for chunk in chunks if not chunk["chunk"]["in_turn"]]
    [waiting] = [chunk for chunk in chunks if chunk["chunk"]["in_turn"]]
    turns: list[int] = []
    while waiting:
        turns.append(waiting["chunk"]["number"])
        intake.load(waiting)
        waiting = next(iter(intake.queued()), None)
    assert len(turns) > 16
    assert turns == list(range(len(plain), 2 * len(plain)))


def test_rows_and_rejects_are_measured(intake: Intake, capsys: pytest.CaptureFixture[str]) -> None:
    chunks = intake.split(intake.put(HEADER + ROW + "short row\n"))
    capsys.readouterr()
    intake.load(chunks[0])
    logged = capsys.readouterr().out
    assert '"RowsRead": 2' in logged
    assert '"RowsRejected": 1' in logged


def test_synthea_files_fill_the_registry_in_either_order(intake: Intake) -> None:
    patients, encounters = _synthea("patients.csv"), _synthea("encounters.csv")
    visits = intake.ingest(encounters[:200_000].rpartition(b"\n")[0], "patients/encounters.csv")
    assert visits["rejected"] == visits["patients_created"] == 0
    assert visits["visits_created"] == visits["rows_read"]
    assert intake.patients()["total"] == 0
    persons = intake.ingest(gzip.compress(patients), "patients/patients.csv.gz")
    assert counts(persons) == (59, 59, 0, 0, 0, 0, 0)
    page = intake.patients(page_size="100")
    assert page["total"] == 59
    assert sum(patient["visits_count"] for patient in page["patients"]) == visits["rows_read"]
    busiest = max(page["patients"], key=lambda patient: patient["visits_count"])
    dates = [visit["visit_date"] for visit in busiest["visits"]]
    assert len(dates) == 20
    assert dates == sorted(dates, reverse=True)


def _synthea(name: str) -> bytes:
    path = SYNTHEA / name
    if not path.exists():
        pytest.skip("the Synthea data is not at hand")
    return path.read_bytes()
