import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from intake.rejects import Reject, loosened, rejects_csv, safe
from tests.unit.intake.conftest import Intake

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"


@given(st.text(st.sampled_from("'=+-@\t\rab"), max_size=6))
def test_no_cell_can_run_and_each_comes_back(cell: str) -> None:
    assert not safe(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert loosened(safe(cell)) == cell
    if not cell.startswith(("'", "=", "+", "-", "@", "\t", "\r")):
        assert safe(cell) == cell


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")), min_size=3, max_size=3))
def test_a_rejected_row_keeps_its_cells(cells: list[str]) -> None:
    text = rejects_csv(["a", "b", "c"], ";", [Reject(7, "why", cells)])
    header, row = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert header == ["a", "b", "c", "line", "reject_reason"]
    assert [loosened(cell) for cell in row] == [*cells, "7", "why"]


def test_rejects_that_are_corrected_go_in(intake: Intake) -> None:
    rows = [
        "1,Ada,Field,1990-02-30,V-1,2024-11-01,=1+1\n",
        "2,Bob,Moss,1990-02-14,V-2,2024-11-01,cough, three days\n",
        "3,Cy,Hill,1990-02-14,V-3,2024-11-01,x\n",
        "4,Di,Lake\n",
    ]
    job = intake.ingest(HEADER + "".join(rows))
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
