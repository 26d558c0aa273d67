"""`payerworks run`, against a stand-in for the service on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from payerworks_cli.command_line import app
from payerworks_cli.sample import write_sample
from tests.unit.cli.fake_service import PASSWORD, TOKEN, FakeService, serving


@pytest.fixture
def service() -> Iterator[FakeService]:
    with serving(FakeService()) as service:
        yield service


@pytest.fixture
def stack_dir(service: FakeService, tmp_path: Path) -> Path:
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / "outputs.json").write_text(json.dumps(service.outputs()), encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_sample(tmp_path / "data", claims=120, patients=10)
    return tmp_path / "data"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["run", "--look-every", "0.01", *map(str, arguments)])


def test_the_main_job_stores_reads_back_and_searches(service: FakeService, stack_dir: Path, data: Path) -> None:
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 0, result.output
    assert len(service.claims) == 120
    assert service.asked["POST /claims"] == 3
    assert len(service.people) == 10
    said = result.stdout
    assert "120 claims stored in lists of up to 50, " in said
    assert "of them with a warning" in said
    assert (
        f"changed: 1 plan created, 120 claims stored, 10 patients created, {len(service.visits)} visits created" in said
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
    assert (
        f"nothing changed: 1 plan unchanged, 120 claims already there, {rows} rows brought nothing new" in again.stdout
    )


def test_claims_posted_from_elsewhere_are_known_by_their_idempotency_keys(
    service: FakeService, stack_dir: Path, data: Path
) -> None:
    run("--data", data, "--stack-dir", stack_dir)
    (stack_dir / "posted-claims.jsonl").unlink()
    again = run("--data", data, "--stack-dir", stack_dir)
    assert len(service.claims) == 120
    assert "nothing changed" in again.stdout


def test_claims_are_posted_again_to_a_stack_that_lost_them(service: FakeService, stack_dir: Path, data: Path) -> None:
    run("--data", data, "--stack-dir", stack_dir)
    service.claims.clear()
    service.replies.clear()
    assert "120 claims stored" in run("--data", data, "--stack-dir", stack_dir).stdout
    assert len(service.claims) == 120


def test_without_data_the_sample_is_written_beside_the_outputs(service: FakeService, stack_dir: Path) -> None:
    assert run("--stack-dir", stack_dir).exit_code == 0
    assert len(service.claims) == 1000
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
    assert summary["ingest"][0]["patients_created"] == 10


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
    assert len(service.claims) == 50
    claims.write_text(good, encoding="utf-8")
    assert "70 claims stored" in run("--data", data, "--stack-dir", stack_dir).stdout
    assert len(service.claims) == 120


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
