"""What `payerworks run --data DIR` takes in, and what it skips and why."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from claims.claim.field_names import field_of
from intake.files.columns import layout_of
from intake.files.unreadable import UnreadableFile
from payerworks.csv_header import is_blank
from payerworks.csv_rows import rows
from payerworks_cli.command_line import app
from payerworks_cli.run.input_files import is_of_claims, is_of_visits
from payerworks_cli.run.sample import write_sample

SYNTHEA = Path(__file__).parents[3].parent / "shared" / "data" / "synthea"
INTAKE_HEADER = "Visit Account Number,MRN,visit_date,first_name,last_name,birth_date,reason\n"


def dry_run(folder: Path) -> Result:
    return CliRunner().invoke(app, ["run", "--dry-run", "--data", str(folder)])


def test_the_sample_is_recognized_whatever_its_files_are_called(tmp_path: Path) -> None:
    write_sample(tmp_path, claims=12, patients=4)
    for number, name in enumerate(("plan.json", "claims.csv", "patients.csv", "claims.json")):
        (tmp_path / name).rename(tmp_path / f"file{number}{Path(name).suffix}")
    said = [" ".join(line.split()) for line in dry_run(tmp_path).stdout.splitlines()]
    assert "file0.json 1 plan, 30 services" in said
    assert "file1.csv 12 claims" in said
    assert "file3.json 10 claims" in said
    assert any(line.endswith("visits of 4 patients") for line in said)


@pytest.mark.skipif(not SYNTHEA.is_dir(), reason="../shared/data/synthea is not at hand")
def test_synthea_patients_and_encounters_are_taken_and_its_claims_skipped_with_the_reason() -> None:
    said = [" ".join(line.split()) for line in dry_run(SYNTHEA).stdout.splitlines()]
    assert "patients.csv 59 patients (Synthea patients)" in said
    assert "encounters.csv 2,590 visits (Synthea encounters)" in said
    assert [line for line in said if line.startswith("claims.csv skipped because Synthea's claims")]


def test_a_compressed_file_with_a_byte_order_mark_and_columns_in_another_order_is_taken(tmp_path: Path) -> None:
    rows = (
        INTAKE_HEADER + 'V1,007,2024-01-02,Zoë,Peña,1990-01-02,"two\nlines"\nV2,007,2024-01-03,Zoë,Peña,1990-01-02,x\n'
    )
    (tmp_path / "more.csv.gz").write_bytes(gzip.compress(rows.encode("utf-8-sig")))
    assert "2 visits of 1 patient" in dry_run(tmp_path).stdout


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("plan.json", b"{", "plan.json is not JSON"),
        ("plan.json", b"[" * 100_000, "plan.json is not JSON"),
        ("other.json", b"[]", 'other.json: its objectType is not "plan"'),
        ("claims.csv", b"", "claims.csv: its header names neither"),
        ("more.csv.gz", b"not gzip", "more.csv.gz cannot be read"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    result = dry_run(tmp_path)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.output


CLAIM = (
    "Service Date;Submitted Procedure;Plan/Group #;Subscriber#;Provider NPI;Fees\n2025-03-03;D0180;G;S;1234567893;1\n"
)


@pytest.mark.parametrize(
    "content",
    [
        CLAIM.encode("utf-8-sig"),
        CLAIM.replace(";", "\t").encode(),
        CLAIM.encode().replace(b"G;S", b"G;\xff"),
        (CLAIM + ";;;;;\n\n").encode(),
    ],
    ids=range(4),
)
def test_claims_are_recognized_whatever_delimits_their_columns(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "march.csv").write_bytes(content)
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "april.csv.gz").write_bytes(gzip.compress(content))
    said = [" ".join(line.split()) for line in dry_run(tmp_path).stdout.splitlines()]
    assert said[1:] == ["march.csv 1 claim", "claims/april.csv.gz 1 claim"]


def spelled(*names: str) -> st.SearchStrategy[str]:
    """Spellings of a column's name, some of which the service does not take."""
    separators = st.sampled_from(("", " ", "_", "/", "#", "\u00a0", "-", "."))
    cases = st.sampled_from((str.lower, str.upper, str.title))
    return st.builds(
        lambda name, between, last, case: case(name).replace("_", between) + last,
        st.sampled_from(names),
        separators,
        separators,
        cases,
    )


@given(spelled("submitted_procedure", "procedure"), spelled("provider_npi", "provider_npi_number", "npi"))
def test_claims_are_what_the_service_takes_for_claims(procedure: str, npi: str) -> None:
    """The command takes a file for claims exactly if the service finds both columns in its header."""
    is_known = field_of(procedure) == "submitted_procedure" and field_of(npi) == "provider_npi"
    assert is_of_claims([procedure, npi]) == is_known


@given(spelled("mrn"), spelled("visit_account_number", "visit_account"), spelled("visit_date", "date"))
def test_visits_are_what_the_service_takes_for_visits(mrn: str, account: str, day: str) -> None:
    columns, others = (mrn, account, day), ("first_name", "last_name", "birth_date", "reason")
    try:
        layout_of((*columns, *others))
    except UnreadableFile:
        assert not is_of_visits(columns)
    else:
        assert is_of_visits(columns)


def test_a_file_that_nearly_has_claims_is_skipped_with_the_column_that_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "march.csv").write_text(CLAIM.replace("Provider NPI", "Provider NPI Number"))
    result = dry_run(tmp_path)
    assert "march.csv: it looks like claims, but has no column Provider NPI (docs/claims.md)." in result.stderr


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_header_is_found_behind_a_line_that_names_the_delimiter(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "march.csv").write_bytes(f"sep=;\r\n{CLAIM}".encode(encoding))
    assert "march.csv 1 claim" in " ".join(dry_run(tmp_path).stdout.split())


@pytest.mark.parametrize("line_end", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("row", ["x;y", 'x;"y\rz"', 'x;"y', 'x;y"z', "x" * 140_000, ";;", "x;\0", '"x";"y"z'])
def test_rows_are_counted_as_the_service_reads_them(tmp_path: Path, line_end: str, row: str) -> None:
    content = line_end.join([*CLAIM.splitlines(), row, row, "last;;"]).encode()
    (tmp_path / "march.csv").write_bytes(content)
    read = [each for each in rows([content], ";") if not is_blank(each)]
    said = " ".join(dry_run(tmp_path).stdout.split())
    assert f"march.csv {len(read) - 1:,} claims" in said


def test_files_of_other_kinds_are_listed_as_skipped(tmp_path: Path) -> None:
    (tmp_path / "march.csv").write_text(CLAIM)
    (tmp_path / "notes.txt").write_text("x")
    said = " ".join(dry_run(tmp_path).stdout.split())
    assert "notes.txt skipped because its name ends neither in .json nor in .csv or .csv.gz" in said


def test_a_folder_that_is_none_or_empty_is_said_in_a_sentence(tmp_path: Path) -> None:
    assert "is not a folder" in dry_run(tmp_path / "missing").stderr
    assert "holds no plan, claims or patients" in dry_run(tmp_path).stderr
