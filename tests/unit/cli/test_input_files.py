"""What `payerworks run --data DIR` takes in, and what it skips and why."""

import gzip
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from payerworks_cli.command_line import app
from payerworks_cli.run.sample import write_sample

SYNTHEA = Path(__file__).parents[3].parent / "shared" / "data" / "synthea"
INTAKE_HEADER = "Visit Account Number,MRN,visit_date,first_name,last_name,birth_date,reason\n"


def dry_run(folder: Path) -> Result:
    return CliRunner().invoke(app, ["run", "--dry-run", "--data", str(folder)])


def test_the_sample_is_recognized_whatever_its_files_are_called(tmp_path: Path) -> None:
    write_sample(tmp_path, claims=12, patients=4)
    for number, name in enumerate(("plan.json", "claims.csv", "patients.csv")):
        (tmp_path / name).rename(tmp_path / f"file{number}{Path(name).suffix}")
    said = dry_run(tmp_path).stdout
    assert "file0.json          1 plan, 30 services" in said
    assert "file1.csv           12 claims" in said
    assert "claims/sandbox.csv  10 claims" in said
    assert "visits of 4 patients" in said


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


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda lines: [*lines, lines[1] + ",extra"], "line 4 has 11 cells where the header has 10"),
        (lambda lines: [*lines, '"unclosed'], "line 4 is no CSV"),
        (lambda lines: [*lines, "\udcff"], "is not UTF-8"),
    ],
)
def test_a_broken_claims_file_is_refused_before_anything_is_posted(tmp_path: Path, spoil, sentence: str) -> None:  # type: ignore[no-untyped-def]
    write_sample(tmp_path, claims=2, patients=1)
    claims = tmp_path / "claims.csv"
    lines = spoil(claims.read_text(encoding="utf-8").splitlines())
    claims.write_bytes(("\n".join(lines) + "\n").encode(errors="surrogateescape"))
    result = dry_run(tmp_path)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_a_folder_that_is_none_or_empty_is_said_in_a_sentence(tmp_path: Path) -> None:
    assert "is not a folder" in dry_run(tmp_path / "missing").stderr
    assert "holds no plan, claims or patients" in dry_run(tmp_path).stderr
