"""`payerworks audit`."""

import csv
import io
import json
from pathlib import Path

import pytest

from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.audit.audit import deliver, entries, message
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.service import Service

LONG_AGO = "2026-01-01T00:00:00.000+00:00"
MAIN = {"tenant": "main", "at": LONG_AGO}


@pytest.fixture(autouse=True)
def _ledger(service: Service) -> None:
    deliver(message("a", **MAIN, user="u-1", subjects=["patient:7"]), message("b", **MAIN, outcome=None, reason="why"))


def test_list_shows_who_did_what_the_latest_first(stack_dir: Path) -> None:
    lines = printed(run(stack_dir, "audit", "list")).splitlines()
    assert [line.split()[3:7] for line in lines[1:3]] == [
        ["doctor", "u-7", "get_patient_record", "unknown"],
        ["doctor", "u-1", "get_patient_record", "200"],
    ]
    assert lines[-1] == "2 entries"
    of_patient = json.loads(printed(run(stack_dir, "audit", "list", "--patient", "7", "--json")))["items"]
    assert [each["user"] for each in of_patient] == ["u-1"]
    assert printed(run(stack_dir, "audit", "list", "--to", "2026-01-01")).splitlines()[-1] == "0 entries"


def test_verify_says_that_all_is_whole_or_where_it_is_not(stack_dir: Path) -> None:
    assert "2 entries of 1 day: all unchanged and in their places" in printed(run(stack_dir, "audit", "verify"))
    day = entries("main")[0]["day"]
    client("dynamodb").update_item(
        TableName=settings().tables["audit"],
        Key={"pk": {"S": f"main#DAY#{day}"}, "sk": {"S": "000000002"}},
        UpdateExpression="SET entry_hash = :hash",
        ExpressionAttributeValues={":hash": {"S": "0" * 64}},
    )
    result = run(stack_dir, "audit", "verify")
    assert result.exit_code == 1
    assert f"changed: table, {day}, entry 2: a byte of it was changed" in result.stdout
    result = run(stack_dir, "audit", "verify", "--json")
    fault = {"kind": "changed", "store": "table", "day": day, "number": 2}
    assert (result.exit_code, json.loads(result.stdout)) == (1, {"entries": 2, "faults": [fault]})


def test_disclosures_are_printed_or_written(stack_dir: Path, tmp_path: Path) -> None:
    deliver(message("c", **MAIN, user_type="service", user="main.1", subjects=["patient:7"]))
    shown = printed(run(stack_dir, "audit", "disclosures", "7"))
    [row] = csv.DictReader(io.StringIO(shown))
    assert (row["recipient"], row["call"]) == ("machine main.1", "c")
    assert json.loads(printed(run(stack_dir, "audit", "disclosures", "7", "--json")))["items"] == [row]
    file = tmp_path / "disclosures.csv"
    assert "1 disclosure in" in printed(run(stack_dir, "audit", "disclosures", "7", "-o", file))
    assert file.read_text().splitlines() == shown.splitlines()
    day = entries("main")[0]["day"]
    nothing = printed(run(stack_dir, "audit", "disclosures", "7", "--from", "2026-01-01", "--to", "2026-01-02"))
    assert len(nothing.splitlines()) == 1
    assert len(printed(run(stack_dir, "audit", "disclosures", "7", "--from", day)).splitlines()) == 2
