"""`payerworks sample`."""

import csv
import json
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from claims.claim.field_names import FIELDS, field_of
from payerworks_cli.command_line import app
from payerworks_cli.run.sample import write_sample
from payerworks_cli.run.sample_claims import npi_check_digit
from payerworks_cli.run.sandbox_claims import VOIDED

FILES = ("plan.json", "claims.csv", "claims.json", "patients.csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder


def claims_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "claims.csv").open(encoding="utf-8", newline="") as text:
        return [{field_of(name) or name: cell for name, cell in row.items()} for row in csv.DictReader(text)]


def patients_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "patients.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def day_of(text: str) -> date:
    for form in ("%Y-%m-%d", "%m/%d/%y %H:%M", "%m/%d/%y", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a date of service has no zone)
        except ValueError:
            continue
    raise AssertionError(f"{text} is no date")


def amount_of(text: str) -> Decimal:
    return Decimal(text.strip().removeprefix("$").replace(",", ""))


def passes_luhn(npi: str) -> bool:
    digits = [int(digit) for digit in reversed("80840" + npi)]
    return sum(sum(divmod(digit * (1 + place % 2), 10)) for place, digit in enumerate(digits)) % 10 == 0


def test_the_same_seed_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "again")
    assert all((tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes() for name in FILES)


def test_another_seed_writes_other_bytes(folder: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "other", seed=8)
    assert all((tmp_path / "other" / name).read_bytes() != (folder / name).read_bytes() for name in FILES)


def test_the_number_of_patients_does_not_move_the_claims(folder: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "fewer", patients=3)
    assert (tmp_path / "fewer" / "claims.csv").read_bytes() == (folder / "claims.csv").read_bytes()


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_every_claim_is_valid_and_the_spellings_are_messy(tmp_path: Path, seed: int) -> None:
    write_sample(tmp_path, seed=seed)
    claims = claims_of(tmp_path)
    assert set(claims[0]) == set(FIELDS)
    assert len(claims) == 1000
    for claim in claims:
        assert date(1990, 1, 1) <= day_of(claim["service_date"]) <= date(2025, 12, 31)
        assert re.fullmatch(r"D\d{4}", claim["submitted_procedure"])
        assert claim["quadrant"] in ("", "UR", "UL", "LR", "LL", "10", "20", "30", "40")
        amounts = [amount_of(claim[name]) for name in ("provider_fees", "member_coinsurance", "member_copay")]
        allowed = amount_of(claim["allowed_fees"])
        assert all(0 <= amount < 10_000_000 and amount == round(amount, 2) for amount in [*amounts, allowed])
        assert sum(amounts) >= allowed
    money = {claim["provider_fees"] for claim in claims}
    assert any(re.fullmatch(r"\$\d,\d{3}\.\d\d", text) for text in money)
    assert any(text != text.strip() for text in money)
    assert {"-" in claim["service_date"] for claim in claims} == {True, False}
    assert any(not claim["quadrant"] for claim in claims)


def test_the_sandbox_claims_come_to_every_end(folder: Path) -> None:
    rows = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
    assert set(rows[0]) == set(FIELDS) - {"quadrant"}
    nets = [amount_of(row["provider_fees"]) - amount_of(row["allowed_fees"]) for row in rows]
    assert [sum(net < 0 for net in nets), sum(net == 0 for net in nets)] == [1, 1]
    marked = {row["subscriber_number"] for row, net in zip(rows, nets, strict=True) if net > 0}
    assert {"SANDBOX-REFUSE", "SANDBOX-TIMEOUT-PAID", "SANDBOX-TWICE", VOIDED} <= marked
    assert all(passes_luhn(row["provider_npi"]) for row in rows)


def test_about_forty_providers_some_of_whom_fail_the_check_digit(folder: Path) -> None:
    npis = {claim["provider_npi"] for claim in claims_of(folder)}
    assert 35 <= len(npis) <= 40
    assert all(re.fullmatch(r"[12]\d{9}", npi) for npi in npis)
    assert 1 <= sum(not passes_luhn(npi) for npi in npis) <= 6


def test_the_check_digit_is_that_of_the_standards_own_example() -> None:
    assert npi_check_digit("123456789") == 3


def test_every_visit_is_valid_and_its_person_always_the_same(folder: Path) -> None:
    visits = patients_of(folder)
    people: dict[str, set[tuple[str, ...]]] = {}
    for visit in visits:
        assert all(visit.values())
        assert date.fromisoformat(visit["birth_date"]) < date.fromisoformat(visit["visit_date"]) < date(2026, 1, 1)
        people.setdefault(visit["mrn"], set()).add((visit["first_name"], visit["last_name"], visit["birth_date"]))
    assert len(people) == 200
    assert all(len(persons) == 1 for persons in people.values())
    assert len({visit["visit_account_number"] for visit in visits}) == len(visits) > 400
    assert all(mrn.startswith("0") for mrn in people)
    assert any(not visit["last_name"].isascii() for visit in visits)


def test_the_plan_has_the_thirty_benefits_of_the_form_with_ids_of_their_own(folder: Path) -> None:
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    services = plan["linkedPlanServices"]
    assert len(services) == 30
    objects: list[dict[str, Any]] = [plan, plan["planCostShares"]]
    for service in services:
        objects += [service, service["linkedService"], service["planserviceCostShares"]]
    ids = [entry["objectId"] for entry in objects]
    assert len(set(ids)) == len(ids)
    assert all(1 <= len(object_id.encode()) <= 256 and "/" not in object_id for object_id in ids)
    shares = [service["planserviceCostShares"] for service in services]
    assert all(share["deductible"] >= 0 and share.get("copay", 0) >= 0 for share in shares)
    assert any("copay" not in share for share in shares)


def test_a_file_that_is_not_the_sample_is_left_alone_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text("mine", encoding="utf-8")
    refused = CliRunner().invoke(app, ["sample", str(tmp_path)])
    assert refused.exit_code == 1
    assert "--force writes over it" in refused.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["claims.csv"]
    assert CliRunner().invoke(app, ["sample", str(tmp_path), "--force"]).exit_code == 0
    again = CliRunner().invoke(app, ["sample", str(tmp_path)])
    assert again.stdout.count("unchanged") == 4
