"""`payerworks run`, against a stand-in for the service on loopback."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from payerworks_cli.command_line import app
from payerworks_cli.run.sample import write_sample
from tests.unit.cli.fake_service import PASSWORD, TOKEN, FakeService


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_sample(tmp_path / "data", claims=120, patients=10)
    return tmp_path / "data"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["run", "--look-every", "0.01", *map(str, arguments)])


def test_the_main_job_stores_reads_back_and_searches(service: FakeService, stack_dir: Path, data: Path) -> None:
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 0, result.output
    assert len(service.claims) == 130
    assert service.asked["POST /claims"] == 3
    assert len(service.people) == 10
    said = result.stdout
    assert "120 claims stored in lists of up to 50, " in said
    assert "of them with a warning" in said
    assert (
        "changed: 1 plan created, 130 claims stored, 1 claim made void, 10 patients created, "
        f"{len(service.visits)} visits created" in said
    )
    assert '200 with ETag "1", then 304' in said
    assert "equal to the stored plan, with 31 children" in said
    assert "patients in the registry: 10" in said
    assert '"primary" up to a copay of $' in said
    assert "1 plan, 1 service (read its own write: " in said
    assert "plan sbc-plan-7: 2 changes, the newest is version 2, patched 2026-11-21T10:15:00.123+00:00 by u-1" in said
    assert "1 plan checked: none missing, stale or orphaned in the index" in said
    assert "make logs" in said


def test_a_second_run_changes_nothing_and_says_so(service: FakeService, stack_dir: Path, data: Path) -> None:
    run("--data", data, "--stack-dir", stack_dir)
    stored = dict(service.claims), dict(service.visits), dict(service.plans)
    again = run("--data", data, "--stack-dir", stack_dir)
    assert again.exit_code == 0, again.output
    assert (service.claims, service.visits, service.plans) == stored
    assert service.asked["POST /claims"] == 3
    rows = len(service.visits)
    told = f"nothing changed: 1 plan unchanged, 120 claims already there, {rows + 10} rows brought nothing new"
    assert told in again.stdout


def test_claims_are_paid_and_the_refused_one_is_made_void(service: FakeService, stack_dir: Path, data: Path) -> None:
    (data / "claims.csv").unlink()
    said = run("--data", data, "--stack-dir", stack_dir).stdout
    rows = (data / "claims" / "sandbox.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert "sandbox.csv: 10 rows read, 10 claims stored" in said
    assert "payments: 0 %, 8 claims to be paid" in said
    assert "6 processed, 3 failed, 1 payment_review; paid: $1,510.50" in said
    assert "claim claim-0, $340.00: requested 10:15:00 → paid 10:15:00 → settled 10:15:00" in said
    npi = rows[0].split(",")[4]
    assert "claim claim-6 of $90.00, whose payment was refused, is void" in said
    assert f"the total of {npi} went from $1,810.50 to $1,720.50" in said
    assert "changed: 1 plan created, 10 claims stored, 1 claim made void" in said
    again = run("--data", data, "--stack-dir", stack_dir).stdout
    assert "6 processed, 2 failed, 1 payment_review, 1 void; paid: $1,510.50" in again
    assert "claim claim-6 is void already" in again
    assert "nothing changed" in again


def test_claims_that_nobody_pays_are_told_and_do_not_stop_a_run(
    service: FakeService, stack_dir: Path, data: Path
) -> None:
    service.of_claims.payer = False
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 0, result.output
    assert "claims wait for a payer still" in result.stdout
    assert "is received, and stays so: only an unpaid one can be void" in result.stdout


def test_claims_posted_from_elsewhere_are_known_by_their_idempotency_keys(
    service: FakeService, stack_dir: Path, data: Path
) -> None:
    run("--data", data, "--stack-dir", stack_dir)
    (stack_dir / "posted-claims.jsonl").unlink()
    again = run("--data", data, "--stack-dir", stack_dir)
    assert len(service.claims) == 130
    assert "nothing changed" in again.stdout


def test_claims_are_posted_again_to_a_stack_that_lost_them(service: FakeService, stack_dir: Path, data: Path) -> None:
    run("--data", data, "--stack-dir", stack_dir)
    service.claims.clear()
    service.replies.clear()
    assert "120 claims stored" in run("--data", data, "--stack-dir", stack_dir).stdout
    assert len(service.claims) == 120  # those of the file are known by its content


def test_without_data_the_sample_is_written_beside_the_outputs(service: FakeService, stack_dir: Path) -> None:
    assert run("--stack-dir", stack_dir).exit_code == 0
    assert len(service.claims) == 1010
    assert (stack_dir / "sample" / "plan.json").is_file()


def test_the_variable_stack_names_the_stack(
    stack_dir: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack_dir.rename(tmp_path / ".local-other")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STACK", "other")
    assert "nothing changed" not in run("--data", data).stdout
    assert "nothing changed" in run("--data", data).stdout


def test_json_prints_one_object_and_nothing_else(stack_dir: Path, data: Path) -> None:
    result = run("--data", data, "--stack-dir", stack_dir, "--json")
    summary = json.loads(result.stdout)
    assert (summary["ok"], summary["changed"], summary["claims"]["stored"]) == (True, True, 120)
    assert summary["top_providers"][0]["total_net_fee"] > 0
    jobs = {job["key"]: job for job in summary["ingest"]}
    assert jobs["patients/patients.csv"]["patients_created"] == 10
    assert jobs["claims/sandbox.csv"]["claims_created"] == 10
    statuses = {"processed": 126, "failed": 3, "payment_review": 1, "void": 0, "unsettled": 0}
    assert summary["claims_by_status"] == statuses
    assert [step["step"] for step in summary["payment"]["steps"]] == ["requested", "paid", "settled"]
    assert len(summary["voided"]) == 1


def test_nothing_of_patients_and_no_secret_is_printed(stack_dir: Path, data: Path) -> None:
    said = run("--data", data, "--stack-dir", stack_dir).output + run("--data", data, "--stack-dir", stack_dir).output
    first_patient = (data / "patients.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    assert not [text for text in (PASSWORD, TOKEN, *first_patient) if text in said]


def test_a_plan_that_was_changed_since_is_left_as_it_is(service: FakeService, stack_dir: Path, data: Path) -> None:
    run("--data", data, "--stack-dir", stack_dir)
    changed = service.plans["sbc-plan-7"] = service.plans["sbc-plan-7"] | {"planType": "outOfNetwork"}
    again = run("--data", data, "--stack-dir", stack_dir)
    assert again.exit_code == 0, again.output
    assert "differs from plan.json" in again.stdout
    assert service.plans["sbc-plan-7"] == changed


def test_a_refused_plan_is_shown_with_its_pointers(stack_dir: Path, data: Path) -> None:
    plan = json.loads((data / "plan.json").read_text(encoding="utf-8"))
    plan["planCostShares"]["deductible"] = -1
    (data / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 1
    assert "POST /v1/plan was answered 400 Bad Request: The plan is not valid." in result.stderr
    assert "/planCostShares/deductible: must not be negative" in result.stderr
    assert "Traceback" not in result.output


def test_a_refused_claim_is_shown_with_its_line_and_those_before_it_are_not_posted_twice(
    service: FakeService, stack_dir: Path, data: Path
) -> None:
    claims = data / "claims.csv"
    good = claims.read_text(encoding="utf-8")
    lines = good.splitlines()
    lines[72] = lines[72].replace(",D", ",X")
    claims.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 1
    assert "/21/submitted_procedure (claims.csv line 73): must be D and four digits" in result.stderr
    assert len(service.claims) == 60
    claims.write_text(good, encoding="utf-8")
    assert "70 claims stored" in run("--data", data, "--stack-dir", stack_dir).stdout
    assert len(service.claims) == 130


def test_a_refusal_with_json_is_one_object_too(stack_dir: Path, data: Path) -> None:
    outputs = json.loads((stack_dir / "outputs.json").read_text(encoding="utf-8"))
    outputs["admin"]["password"] = "another"
    (stack_dir / "outputs.json").write_text(json.dumps(outputs), encoding="utf-8")
    result = run("--data", data, "--stack-dir", stack_dir, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problem"]["status"] == 401


def test_a_file_that_cannot_be_ingested_fails_the_run_with_the_reason(stack_dir: Path, data: Path) -> None:
    patients = data / "patients.csv"
    patients.write_text(patients.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 1
    assert "could not ingest patients.csv: the file has no rows" in result.stderr


def test_a_stack_that_is_not_up_is_one_sentence(service: FakeService, stack_dir: Path, data: Path) -> None:
    missing = run("--data", data, "--stack-dir", data)
    assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)
    assert "make up" in missing.stderr
    outputs = service.outputs() | {"api_url": "http://127.0.0.1:9"}
    (stack_dir / "outputs.json").write_text(json.dumps(outputs), encoding="utf-8")
    silent = run("--data", data, "--stack-dir", stack_dir)
    assert silent.stderr == "Error: Nothing answers at http://127.0.0.1:9: `make up` starts the stack.\n"
    (stack_dir / "outputs.json").write_text("{}", encoding="utf-8")
    assert "wrong or missing: api_url, intake_bucket, admin" in run("--data", data, "--stack-dir", stack_dir).stderr
