import csv
import io
from dataclasses import replace
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from intake import list_ingest_rejects
from intake.files.columns import layout_of, read_header
from intake.files.csv_rows import rows
from intake.files.patient_rows import fields_of
from intake.files.rejects import Reject, guarded, header_row, reject_rows, unguarded
from payerworks.aws import client
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

    corrected = text.replace("1990-02-30", "1990-02-28")
    again = intake.ingest(corrected, "patients/corrected.csv")
    assert (again["rejected"], again["visits_created"]) == (1, 2)
    assert intake.patients(mrn="1")["patients"][0]["visits"][0]["reason"] == "=1+1"
    left = list(csv.DictReader(io.StringIO(intake.rejects(again), newline="")))
    assert list(left[0]) == list(listed[0])
    assert left[0]["line"] == "4"


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
