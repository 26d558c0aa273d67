"""Claims of a CSV as lists with their Idempotency-Keys."""

import json
from pathlib import Path

from payerworks_cli.run.claim_rows import claim_lists, field_of

HEADER = " Service Date ,Submitted Procedure,Quadrant,Plan/Group #,Subscriber#,Provider NPI,provider fees,"
HEADER += "Allowed Fees,member CoInsurance,member coPay,Remark"
ROW = '3/28/18 0:00,D0180,,GRP-1,0007,1497775530,"$1,100.00", 90 ,0,0,of no interest'


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def test_columns_are_known_in_any_spelling() -> None:
    assert field_of("Plan/Group #") == field_of("plan_group_number") == "plangroup"
    assert field_of(" Subscriber# ") == field_of("SUBSCRIBER NUMBER") == "subscriber"


def test_a_row_keeps_its_own_names_and_texts_without_blanks_and_foreign_columns(tmp_path: Path) -> None:
    (claims,) = claim_lists(write(tmp_path / "claims.csv", ROW))
    (claim,) = json.loads(claims.body)
    assert claim[" Service Date "] == "3/28/18 0:00"
    assert claim["provider fees"] == "$1,100.00"
    assert claim["Subscriber#"] == "0007"
    assert "Quadrant" not in claim
    assert "Remark" not in claim


def test_the_keys_follow_the_content_and_not_the_name(tmp_path: Path) -> None:
    rows = [ROW.replace("D0180", f"D{number:04}") for number in range(120)]
    first = list(claim_lists(write(tmp_path / "one.csv", *rows)))
    second = list(claim_lists(write(tmp_path / "two.csv", *rows[:119], ROW)))
    assert [len(claims.rows) for claims in first] == [50, 50, 20]
    assert [one.key == two.key for one, two in zip(first, second, strict=True)] == [True, True, False]


def test_equal_lists_within_a_file_are_claims_of_their_own(tmp_path: Path) -> None:
    keys = [claims.key for claims in claim_lists(write(tmp_path / "claims.csv", *[ROW] * 100))]
    assert len(set(keys)) == 2


def test_blank_lines_are_passed_over_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    (claims,) = claim_lists(
        write(tmp_path / "claims.csv", ROW.replace("of no interest", '"of no\ninterest"'), "", ",,,,,,,,,,", ROW)
    )
    assert [row.line for row in claims.rows] == [2, 6]
