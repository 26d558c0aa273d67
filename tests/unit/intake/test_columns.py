"""Headers: their delimiter, the line before them, and the columns of a list of rejects."""

import pytest

from intake.files.columns import read_header
from intake.files.unreadable import UnreadableFile
from tests.unit.intake.conftest import Intake

HEADER = "mrn;first_name;last_name;birth_date;visit_account_number;visit_date;reason\n"
ROW = "0017;Ada;Field;1990-02-14;V-1;2024-11-01;a, b\n"


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=; ", "\ufeffsep=;"])
@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_a_first_line_may_name_the_delimiter(line: str, line_end: str) -> None:
    content = f"{line}{line_end}mrn;a,b,c,d;reason{line_end}1;2;3{line_end}".encode()
    header = read_header(content)
    assert (header.columns, header.delimiter, header.line) == (("mrn", "a,b,c,d", "reason"), ";", 3)
    assert content[header.end :].startswith(b"1;2;3")


@pytest.mark.parametrize("delimiter", ["|", ":", "\t", "~"])
def test_a_first_line_may_name_another_delimiter(delimiter: str) -> None:
    header = read_header(f"sep={delimiter}\na{delimiter}b\n".encode())
    assert (header.columns, header.delimiter) == (("a", "b"), delimiter)


@pytest.mark.parametrize("line", ["sep=", "sep=a", 'sep="', "sep;", "sep=;x"])
def test_a_line_that_names_no_delimiter_is_a_header(line: str) -> None:
    assert read_header(f"{line}\nmrn,reason\n".encode()).line == 2


def test_a_file_that_names_its_delimiter_is_read(intake: Intake) -> None:
    job = intake.ingest("sep=;\r\n" + HEADER + ROW + "x\n")
    assert (job["visits_created"], job["rejected"]) == (1, 1)
    assert "x;;;;;;;4;" in intake.rejects(job)


def test_blank_rows_are_skipped_and_counted(intake: Intake) -> None:
    blank = [";;;;;;\n", "\n", '"";"";"";"";"";"";""\n', " ; ;\u00a0;;;;\n", ";\n"]
    job = intake.ingest(";;;;;;\n\n" + HEADER + blank[0] + ROW + "".join(blank))
    assert (job["rows_read"], job["visits_created"], job["rejected"], job["blank"]) == (1, 1, 0, 6)


def test_blank_rows_of_contested_files_are_counted_once(intake: Intake, small_chunks: None) -> None:
    wide = HEADER.replace("\n", ";note\n")
    rows = [ROW.replace("Ada", name).replace("V-1", f"V-{name}").replace("\n", f";{'x' * 3_400}\n") for name in "ABCDE"]
    job = intake.ingest(wide + ";;;;;;;\n".join(rows))
    assert (job["status"], job["rows_read"], job["rejected"], job["blank"]) == ("completed", 5, 0, 4)


# ---- lists of rejects ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "is_list"),
    [
        ("mrn,line,reject_reason\n1,2,why\n", True),
        ("mrn,line,reject_reason\n1,2,why\n2,,\n3,4,\n", True),  # a row was added, and a reason deleted
        ("mrn,line,reject_reason,\n1,2,why,\n", True),  # a spreadsheet added a column
        ("mrn,line,reject_reason,to do\n1,2,why,call\n", True),
        ('mrn,line,reject_reason\n1,2,3,why\n1,2,"why, and\nhow"\n', True),
        ("mrn,reject_reason,line\n1,why,2\n", False),
        ("mrn,Line,Reject_Reason\n1,2,why\n", True),
        ("mrn,line,reject_reason\n1,2,\n", True),  # its only reason was emptied
        ("mrn,line,reject_reason\n1,2,why\nmrn,line,reject_reason\n2,3,why\n", True),  # two lists in one
        ("line,mrn,reject_reason\n2,1,why\n", False),
        ("mrn,line\n1,2\n", False),
        ("mrn,line,reject_reason\n1,A-2,why\n", False),
        ("mrn,line,reject_reason\n1,A-2,why\n2,3,\n", False),
        ("mrn,line,reject_reason\n1,,why\n", False),
        ("mrn,line,reject_reason\n", False),
    ],
)
def test_a_list_of_rejects_is_known_by_its_columns_and_what_is_in_them(content: str, is_list: bool) -> None:
    assert read_header(content.encode()).is_reject_list == is_list


def test_a_file_that_may_be_a_list_of_rejects_is_not_read_by_guess() -> None:
    with pytest.raises(UnreadableFile, match="looks like a list of rejects, but its column line does not hold numbers"):
        read_header(b"mrn,line,reject_reason\n'-1,2 ok,why\n'-2,3,why\n")
