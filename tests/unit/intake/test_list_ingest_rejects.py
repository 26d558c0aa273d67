import csv
import io
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import list_ingest_rejects
from intake.files.columns import layout_of, read_header
from intake.files.patient_rows import fields_of
from intake.files.rejects import TO_CHECK, Reject, guarded, header_row, reject_rows, unguarded
from payerworks.aws import client
from payerworks.csv_rows import rows
from payerworks.settings import settings
from tests.unit.intake.conftest import Intake

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"


@given(st.text(st.sampled_from("'=+-@\t\rab"), max_size=6))
def test_no_cell_can_run_and_each_comes_back(cell: str) -> None:
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(cell)) == cell
    if not cell.startswith(("'", "=", "+", "-", "@", "\t", "\r")):
        assert guarded(cell) == cell


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")), min_size=3, max_size=3))
def test_a_rejected_row_keeps_its_cells(cells: list[str]) -> None:
    columns = ["a", "b", "c"]
    ((line, text),) = reject_rows([Reject(7, "why", cells)], columns, ";")
    assert line == 7
    header, row = csv.reader(io.StringIO(header_row(columns, ";") + text, newline=""), delimiter=";")
    assert header == ["a", "b", "c", "line", "reject_reason"]
    assert [unguarded(cell) for cell in row] == [*cells, "7", "why"]


def list_of(content: bytes, reasons: list[str]) -> bytes:
    """The list of rejects of a file of which each row is rejected."""
    header = read_header(content)
    found = rows([content[header.end :]], header.delimiter, header.end, header.line)
    rejects = [Reject(row.line, reason, row.cells) for row, reason in zip(found, reasons, strict=True)]
    first = header_row(header.columns, header.delimiter, is_reject_list=header.is_reject_list)
    lines = reject_rows(rejects, header.columns, header.delimiter, is_reject_list=header.is_reject_list)
    return first.encode() + "".join(text for _, text in lines).encode()


def values_of(content: bytes) -> list[dict[str, str]]:
    """The fields of each row of a file."""
    header = read_header(content)
    layout = replace(layout_of(header.columns), is_reject_list=header.is_reject_list)
    return [fields_of(row, layout) for row in rows([content[header.end :]], header.delimiter, header.end, header.line)]


CELLS = st.text(st.sampled_from("'=+-@\t\r\n ,;\"a007é"), max_size=6).map(
    lambda cell: cell if cell.strip() else f"{cell}x"
)
FIELDS = HEADER.strip().split(",")
OWN_COLUMNS = st.sampled_from([[], ["Line"], ["line"], ["reject_reason"], ["note", "line"], ["line", "reject_reason"]])


@given(
    st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=1, max_size=4),
    OWN_COLUMNS,
    OWN_COLUMNS,
    st.lists(st.tuples(st.sampled_from(";,\t|"), st.sampled_from(["\n", "\r", "\r\n"]), st.booleans()), max_size=4),
)
def test_any_number_of_rounds_ends_with_the_values_of_the_first_file(
    table: list[list[str]], before: list[str], after: list[str], rounds: list[tuple[str, str, bool]]
) -> None:
    own = [[*before, *FIELDS, *after], *([*before, *cells, *after] for cells in table)]
    content = saved(own, ",", "\n", sep=False)
    values = values_of(content)
    for delimiter, line_end, sep in rounds:
        rejects = list_of(content, ["why, and how"] * len(table))
        header, *cells = csv.reader(io.StringIO(rejects.decode(), newline=""), delimiter=read_header(rejects).delimiter)
        assert header == [*own[0], "line", "reject_reason"]
        content = saved([header, *cells], delimiter, line_end, sep=sep or delimiter == "|")
        assert read_header(content).is_reject_list
        assert values_of(content) == values


def saved(table: list[list[str]], delimiter: str, line_end: str, *, sep: bool) -> bytes:
    """A table as a spreadsheet saves it."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(table)
    return (f"sep={delimiter}{line_end}" if sep else "").encode() + text.getvalue().encode()


def test_a_delimiter_that_a_person_added_moves_no_cell_out_of_a_list() -> None:
    content = b"a,b,c,line,reject_reason\n1,2,3,7,why\n1,2,3, and 4,8,why\n"
    text = list_of(content, ["first", "second"]).decode()
    assert text.splitlines() == ["a,b,c,line,reject_reason", "1,2,3,2,first", '1,2,"3, and 4",3,second']


def test_a_files_own_column_line_survives(intake: Intake) -> None:
    header = "Line," + HEADER
    job = intake.ingest(header + "A-7,1,Ada,Field,1990-02-30,V-1,2024-11-01,x\n")
    [listed] = csv.DictReader(io.StringIO(intake.rejects(job), newline=""))
    assert (listed["Line"], listed["line"]) == ("A-7", "2")
    again = intake.ingest(intake.rejects(job), "patients/again.csv")
    assert intake.rejects(again) == intake.rejects(job)


def test_a_value_led_by_a_sign_outlasts_a_second_rejection(intake: Intake) -> None:
    job = intake.ingest(HEADER + "+49-1,Ada,Field,1990-02-30,V-1,2024-11-01,=1+1\n")
    for number in range(3):
        job = intake.ingest(intake.rejects(job), f"patients/{number}.csv")
        assert job["rejected"] == 1
    intake.ingest(intake.rejects(job).replace("1990-02-30", "1990-02-28"), "patients/corrected.csv")
    [patient] = intake.patients()["patients"]
    assert (patient["mrn"], patient["visits"][0]["reason"]) == ("+49-1", "=1+1")


def test_rejects_that_are_corrected_go_in(intake: Intake) -> None:
    lines = [
        "1,Ada,Field,1990-02-30,V-1,2024-11-01,=1+1\n",
        "2,Bob,Moss,1990-02-14,V-2,2024-11-01,cough, three days\n",
        "3,Cy,Hill,1990-02-14,V-3,2024-11-01,x\n",
        "4,Di,Lake\n",
    ]
    job = intake.ingest(HEADER + "".join(lines))
    assert (job["rejected"], job["visits_created"]) == (3, 1)
    text = intake.rejects(job)
    listed = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(listed[0]) == [*HEADER.strip().split(","), "line", "reject_reason"]
    assert [row["line"] for row in listed] == ["2", "3", "5"]
    assert listed[0]["reason"] == "'=1+1"
    assert listed[1]["reason"] == "cough, three days"

    # Where a comma is too much, somebody must look at the cells and say so by emptying the reason.
    corrected = text.replace("1990-02-30", "1990-02-28")
    again = intake.ingest(corrected, "patients/corrected.csv")
    assert (again["rejected"], again["visits_created"]) == (2, 1)
    assert intake.patients(mrn="1")["patients"][0]["visits"][0]["reason"] == "=1+1"
    left = list(csv.DictReader(io.StringIO(intake.rejects(again), newline="")))
    assert list(left[0]) == list(listed[0])
    assert [(row["mrn"], row["line"]) for row in left] == [("2", "3"), ("4", "4")]
    assert all(row["reject_reason"].endswith(TO_CHECK) for row in left)
    looked_at = intake.ingest(written(left[0] | {"reject_reason": ""}, left[1]), "patients/looked at.csv")
    assert (looked_at["rejected"], looked_at["visits_created"]) == (1, 1)
    assert intake.patients(mrn="2")["patients"][0]["visits"][0]["reason"] == "cough, three days"


AS_THEY_ARE = {
    "too many cells": "1,Ada,Field,1990-02-14,V-1,2024-11-01,cough, and more",
    "empty cells too many": "1,Ada,Field,1990-02-14,V-1,2024-11-01,cough,,",
    "too few cells": "1,Ada,Field,1990-02-14,V-1,2024-11-01",
    "an open quote": '1,Ada,Field,1990-02-14,V-1,2024-11-01,"cough',
    "text after a quote": '"1"x,Ada,Field,1990-02-14,V-1,2024-11-01,cough',
    "a NUL": "1,Ada,Field,1990-02-14,V-1,2024-11-01,cou\0gh",
}


@pytest.mark.parametrize("row", AS_THEY_ARE.values(), ids=AS_THEY_ARE)
def test_a_row_whose_cells_are_a_guess_is_rejected_until_somebody_has_looked_at_it(intake: Intake, row: str) -> None:
    job = intake.ingest(f"{HEADER}{row}\n")
    for number in range(2):
        assert (job["rejected"], job["visits_created"]) == (1, 0)
        job = intake.ingest(intake.rejects(job), f"patients/unchanged-{number}.csv")
    [left] = csv.DictReader(io.StringIO(intake.rejects(job), newline=""))
    right = left | {"mrn": "1", "reason": "cough", "reject_reason": ""}
    assert intake.ingest(written(right), "patients/right.csv")["visits_created"] == 1


def test_lists_put_together_and_a_list_without_reasons_lose_their_guards(intake: Intake) -> None:
    row = "{},Ada,Field,{},V-{},2024-11-01,x\n"
    texts = [intake.rejects(intake.ingest(HEADER + row.format(mrn, "x", mrn))) for mrn in ("-1", "+2")]
    together = "".join(texts).replace(",x,V-", ",1990-02-14,V-").replace(",x,'V-", ",1990-02-14,'V-")
    job = intake.ingest(together, "patients/together.csv")
    assert (job["visits_created"], job["rejected"]) == (2, 1)  # the second header
    [cells] = csv.DictReader(io.StringIO(intake.rejects(intake.ingest(HEADER + row.format("=3", "x", 3)))))
    intake.ingest(written(cells | {"birth_date": "1990-02-14", "reject_reason": ""}), "patients/emptied.csv")
    assert {patient["mrn"] for patient in intake.patients()["patients"]} == {"-1", "+2", "=3"}


def written(*rows: dict[str, str]) -> str:
    """A list of rejects with these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_a_job_without_rejects_lists_none(intake: Intake) -> None:
    job = intake.ingest(HEADER + "1,Ada,Field,1990-02-14,V-1,2024-11-01,x\n")
    assert intake.rejects(job) == HEADER.strip() + ",line,reject_reason\r\n"


def test_a_list_too_long_for_an_answer_is_offered_whole_and_in_order(intake: Intake) -> None:
    # Every third row says something else of a visit that is stored, so that it is loaded after the rest.
    intake.ingest(HEADER + "".join(f"{n},Ada,Field,1990-02-03,V-{n},2024-01-01,x\n" for n in range(50)))
    bad = "own-{n},Given{n},Field,1990-02-30,V-{n},,{x}\n"
    other = "{visit},Ada,Field,1990-02-03,V-{visit},2024-01-01,{x}{n}\n"
    lines = [(bad if n % 3 else other).format(n=n, visit=n % 50, x="x" * 300) for n in range(15_000)]
    job = intake.ingest(HEADER + "".join(lines), "patients/other.csv")
    assert job["rejected"] == len(lines)
    kept = client("s3").list_objects_v2(Bucket=settings().intake_bucket, Prefix="rejects/acme/")["Contents"]
    assert {key["Key"].split("/")[3] for key in kept} == {"plain", "contested"}
    path = {"task_id": job["task_id"]}
    answer = intake.call(list_ingest_rejects.handler, "intake/list_ingest_rejects", path=path)
    assert answer["statusCode"] == 303
    place = urlsplit(answer["headers"]["Location"]).path.partition("rejects/")
    text = client("s3").get_object(Bucket=settings().intake_bucket, Key="".join(place[1:]))["Body"].read().decode()
    listed = csv.DictReader(io.StringIO(text, newline=""))
    assert [row["line"] for row in listed] == [str(number) for number in range(2, len(lines) + 2)]
    assert "X-Amz-Expires=300" in answer["headers"]["Location"]
