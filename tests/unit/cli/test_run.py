"""`payerworks run`."""

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from payerworks.aws import client
from payerworks.settings import settings
from payerworks_cli.api import Api
from payerworks_cli.command_line import app
from payerworks_cli.run.sample import write_sample
from payerworks_cli.run.sandbox_claims import VOIDED
from tests.unit.cli.conftest import run as command
from tests.unit.cli.service import ADMIN, Service


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_sample(tmp_path / "data", claims=12, patients=4)
    return tmp_path / "data"


def keep(data: Path, *names: str) -> None:
    """Take all other files out of the folder."""
    for path in data.iterdir():
        if path.name not in names:
            path.unlink()


def keep_unpayable_claims(data: Path, **changes: str) -> None:
    """Keep two claims of claims.json that nothing is to be paid for, the first with changes."""
    keep(data, "claims.json")
    first, second = json.loads((data / "claims.json").read_text(encoding="utf-8"))[-2:]
    (data / "claims.json").write_text(json.dumps([first | changes, second]), encoding="utf-8")


def claims_of(api: Api) -> list[Any]:
    return list(api.items("/claims", dict[str, Any], {"limit": "100"}))


def empty(table: str) -> None:
    """Take all items out of a table."""
    for item in client("dynamodb").scan(TableName=table)["Items"]:
        key = {name: item[name] for name in ("pk", "sk") if name in item}
        client("dynamodb").delete_item(TableName=table, Key=key)


def number_of_visits(data: Path) -> int:
    return len((data / "patients.csv").read_text(encoding="utf-8").splitlines()) - 1


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["run", "--look-every", "0.1", *map(str, arguments)])


def test_the_main_job_stores_reads_back_and_searches(service: Service, api: Api, stack_dir: Path, data: Path) -> None:
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 0, result.output
    assert len(claims_of(api)) == 22
    assert service.asked["POST /claims"] == 1
    said = result.stdout
    assert "claims.csv: 12 rows read, 12 claims stored  (" in said
    assert "claims.json: 10 claims stored by one POST  (" in said
    assert (
        "changed: 1 plan created, 22 claims stored, 1 claim made void, 4 patients created, "
        f"{number_of_visits(data)} visits created" in said
    )
    etag = api.ask("GET", "/v1/plan/sbc-plan-7").headers["ETag"]
    assert f"200 with ETag {etag}, then 304" in said
    assert "equal to the stored plan, with 31 children" in said
    assert "patients in the registry: 4" in said
    assert '"primary" up to a copay of $' in said
    assert "1 plan, 1 service (read its own write: " in said
    assert re.search(r"plan sbc-plan-7: 1 change, the newest is version 1, created \S+ by \w+", said)
    assert "1 plan checked: none missing, stale or orphaned in the index" in said
    assert "make logs" in said


def test_a_second_run_changes_nothing_and_says_so(service: Service, api: Api, stack_dir: Path, data: Path) -> None:
    run("--data", data, "--stack-dir", stack_dir)
    service.settle()
    stored = claims_of(api), list(api.items("/v1/plan", dict[str, Any]))
    again = run("--data", data, "--stack-dir", stack_dir)
    assert again.exit_code == 0, again.output
    assert (claims_of(api), list(api.items("/v1/plan", dict[str, Any]))) == stored
    assert service.asked["POST /claims"] == 1
    told = f"nothing changed: 1 plan unchanged, 10 claims already there, {number_of_visits(data) + 12} rows brought"
    assert f"{told} nothing new" in again.stdout


def test_a_run_without_a_search_engine_searches_the_tables(
    service: Service, environment: Any, stack_dir: Path, data: Path
) -> None:
    keep(data, "plan.json", "patients.csv")
    environment(PAYMENT_PROCESSOR="sandbox", MESSAGE_TRIES="8", OPENSEARCH_ENDPOINT="")
    service.index = None
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 0, result.output
    assert "1 plan, 1 service (read its own write: " in result.stdout
    assert "equal to the stored plan, with 31 children" in result.stdout
    assert "searches read the tables: there is no index to compare" in result.stdout
    assert "patients in the registry: 4" in result.stdout


def test_claims_are_paid_and_the_refused_one_is_made_void(api: Api, stack_dir: Path, data: Path) -> None:
    keep(data, "claims.json", "plan.json")
    said = run("--data", data, "--stack-dir", stack_dir).stdout
    assert "claims.json: 10 claims stored by one POST" in said
    assert "payments: 0 %, 8 claims to be paid" in said
    assert "6 processed, 3 failed, 1 payment_review; paid: $1,510.50" in said
    clock = r"\d\d:\d\d:\d\d"
    assert re.search(rf"claim \w+, \$[\d.]+: requested {clock} → paid {clock} → settled {clock}", said)
    (claim,) = [claim for claim in claims_of(api) if claim["subscriber_number"] == VOIDED]
    assert f"claim {claim['id']} of $90.00, whose payment was refused, is void" in said
    assert f"the total of {claim['provider_npi']} went from $1,810.50 to $1,720.50" in said
    assert "changed: 1 plan created, 10 claims stored, 1 claim made void" in said
    again = run("--data", data, "--stack-dir", stack_dir).stdout
    assert "6 processed, 2 failed, 1 payment_review, 1 void; paid: $1,510.50" in again
    assert f"claim {claim['id']} is void already" in again
    assert "nothing changed" in again


def test_claims_that_nobody_pays_are_told_and_do_not_stop_a_run(
    service: Service, environment: Any, stack_dir: Path, data: Path
) -> None:
    keep(data, "claims.json")
    service.idle |= {"OnPaymentDue"}
    result = run("--data", data, "--stack-dir", stack_dir, "--look-every", "0.01")
    assert result.exit_code == 0, result.output
    assert "claims wait for a payer still" in result.stdout
    assert "is received, and stays so: only an unpaid one can be void" in result.stdout


def test_claims_posted_from_elsewhere_are_known_by_their_idempotency_keys(
    api: Api, stack_dir: Path, data: Path
) -> None:
    keep_unpayable_claims(data)
    run("--data", data, "--stack-dir", stack_dir)
    shutil.rmtree(stack_dir / "posted-claims")
    again = run("--data", data, "--stack-dir", stack_dir)
    assert len(claims_of(api)) == 2
    assert "nothing changed" in again.stdout


def test_claims_are_posted_again_to_a_stack_that_lost_them(api: Api, stack_dir: Path, data: Path) -> None:
    keep_unpayable_claims(data)
    run("--data", data, "--stack-dir", stack_dir)
    for table in ("claims", "requests"):
        empty(settings().tables[table])
    assert "2 claims stored" in run("--data", data, "--stack-dir", stack_dir).stdout


def test_claims_of_a_file_are_taken_in_by_the_rules_of_the_service(api: Api, stack_dir: Path, data: Path) -> None:
    keep(data, "claims.csv")
    claims = data / "claims.csv"
    good = claims.read_text(encoding="utf-8")
    with claims.open("w", encoding="utf-8-sig", newline="") as file:
        for number, cells in enumerate(csv.reader(good.splitlines())):
            csv.writer(file, delimiter=";").writerow(
                [cell.replace("D", "X") if number == 8 and cell.startswith("D") else cell for cell in cells]
            )
    said = run("--data", data, "--stack-dir", stack_dir).stdout
    assert "claims.csv 12 claims" in " ".join(said.split())
    rejected = re.search(
        r"12 rows read, 11 claims stored, 1 rejected \(payerworks jobs rejects (\w+) --stack-dir \S+\)", said
    )
    assert rejected
    assert f"rejected: 1 row; `payerworks jobs rejects ID --stack-dir {stack_dir}` lists those of a job" in said
    rejects = data / "rejects.csv"
    assert command(stack_dir, "jobs", "rejects", rejected[1], "-o", rejects).exit_code == 0
    text = rejects.read_text(encoding="utf-8")
    assert ';9;"submitted_procedure: X1120 ' in text
    rejects.write_text(text.replace(";X", ";D"), encoding="utf-8")
    again = command(stack_dir, "ingest", rejects, "--kind", "claims").stdout
    assert "1 row read, 1 claim stored" in again
    assert len(claims_of(api)) == 12


def test_without_data_the_sample_is_written_beside_the_outputs(stack_dir: Path) -> None:
    result = run("--dry-run", "--stack-dir", stack_dir)
    assert result.exit_code == 0, result.output
    assert "claims.csv 1,000 claims" in " ".join(result.stdout.split())
    assert (stack_dir / "sample" / "plan.json").is_file()


def test_the_variable_stack_names_the_stack(
    stack_dir: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(data, "plan.json")
    stack_dir.rename(tmp_path / ".local-other")
    data.rename(tmp_path / ".local-other" / "sample")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STACK", "other")
    assert "changed: 1 plan created" in run().stdout
    assert "nothing changed" in run().stdout


def test_json_prints_one_object_and_nothing_else(stack_dir: Path, data: Path) -> None:
    result = run("--data", data, "--stack-dir", stack_dir, "--json")
    summary = json.loads(result.stdout)
    assert (summary["ok"], summary["changed"], summary["claims"]["stored"]) == (True, True, 10)
    assert summary["top_providers"][0]["total_net_fee"] > 0
    jobs = {job["kind"]: job for job in summary["ingest"]}
    assert jobs["patients"]["patients_created"] == 4
    assert jobs["claims"]["claims_created"] == 12
    statuses = {"processed": 18, "failed": 3, "payment_review": 1, "void": 0, "unsettled": 0}
    assert summary["claims_by_status"] == statuses
    assert [step["step"] for step in summary["payment"]["steps"]] == ["requested", "paid", "settled"]
    assert len(summary["voided"]) == 1


def test_nothing_of_patients_and_no_secret_is_printed(stack_dir: Path, data: Path) -> None:
    keep(data, "plan.json", "patients.csv")
    said = run("--data", data, "--stack-dir", stack_dir).output + run("--data", data, "--stack-dir", stack_dir).output
    first_patient = (data / "patients.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    assert not [text for text in (ADMIN["password"], "eyJ", *first_patient) if text in said]


def test_a_plan_that_was_changed_since_is_left_as_it_is(api: Api, stack_dir: Path, data: Path) -> None:
    keep(data, "plan.json")
    run("--data", data, "--stack-dir", stack_dir)
    changed = api.ask("PATCH", "/v1/plan/sbc-plan-7", json={"planType": "outOfNetwork"}).json()
    again = run("--data", data, "--stack-dir", stack_dir)
    assert again.exit_code == 0, again.output
    assert "plan sbc-plan-7 differs from plan.json and was left" in again.stdout
    assert "1 plan differs from its file and was left; `payerworks plans replace FILE" in again.stdout
    assert "unchanged" not in again.stdout
    assert api.ask("GET", "/v1/plan/sbc-plan-7").json() == changed


def test_a_refused_plan_is_shown_with_its_pointers(stack_dir: Path, data: Path) -> None:
    plan = json.loads((data / "plan.json").read_text(encoding="utf-8"))
    plan["planCostShares"]["deductible"] = -1
    (data / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 1
    assert "plan.json: Bad input: The plan is not valid.\n" in result.stderr
    assert "/planCostShares/deductible: " in result.stderr
    assert "Traceback" not in result.output


def test_a_refused_claim_is_shown_with_its_pointer(api: Api, stack_dir: Path, data: Path) -> None:
    keep(data, "claims.json")
    claims = json.loads((data / "claims.json").read_text(encoding="utf-8"))
    claims[4]["submitted_procedure"] = "X2740"
    (data / "claims.json").write_text(json.dumps(claims), encoding="utf-8")
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 1
    assert "/4/submitted_procedure: must be" in result.stderr
    assert claims_of(api) == []


def test_warnings_of_posted_claims_are_counted(stack_dir: Path, data: Path) -> None:
    keep_unpayable_claims(data, provider_npi="1234567890")
    said = run("--data", data, "--stack-dir", stack_dir).stdout
    assert "2 claims stored by one POST, 1 of them with a warning" in said


def test_a_refusal_with_json_is_one_object_too(stack_dir: Path, data: Path) -> None:
    outputs = json.loads((stack_dir / "outputs.json").read_text(encoding="utf-8"))
    outputs["admin"]["password"] = "another"
    (stack_dir / "outputs.json").write_text(json.dumps(outputs), encoding="utf-8")
    result = run("--data", data, "--stack-dir", stack_dir, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problem"]["status"] == 401


def test_a_file_that_cannot_be_ingested_fails_the_run_with_the_reason(stack_dir: Path, data: Path) -> None:
    patients = data / "patients.csv"
    patients.write_text(patients.read_text(encoding="utf-8").replace("reason", "why", 1), encoding="utf-8")
    result = run("--data", data, "--stack-dir", stack_dir)
    assert result.exit_code == 1
    assert "could not ingest patients.csv: The file has no column reason." in result.stderr


def test_a_stack_that_is_not_up_is_one_sentence(service: Service, stack_dir: Path, data: Path) -> None:
    missing = run("--data", data, "--stack-dir", data)
    assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)
    assert "make up" in missing.stderr
    outputs = service.outputs() | {"api_url": "http://127.0.0.1:9"}
    (stack_dir / "outputs.json").write_text(json.dumps(outputs), encoding="utf-8")
    silent = run("--data", data, "--stack-dir", stack_dir)
    assert silent.stderr == "Error: Nothing answers at http://127.0.0.1:9: `make up` starts the stack.\n"
    (stack_dir / "outputs.json").write_text("{}", encoding="utf-8")
    assert "wrong or missing: api_url, intake_bucket)" in run("--data", data, "--stack-dir", stack_dir).stderr


def test_strict_ends_with_1_where_rows_were_rejected(stack_dir: Path, data: Path) -> None:
    keep(data, "patients.csv")
    patients = data / "patients.csv"
    patients.write_text(patients.read_text(encoding="utf-8") + "7,A,B,1990-02-30,V-9,2024-01-02,x\n", encoding="utf-8")
    result = run("--data", data, "--stack-dir", stack_dir, "--strict")
    refused = "Error: Rejected: 1 row; all others went in or were known already.\n"
    # The first search for patients finds no index yet.
    waited = "  The API is not ready for this yet: asking again in 5 s\n"
    assert (result.exit_code, result.stderr) == (1, waited + refused)
    told = run("--data", data, "--stack-dir", stack_dir, "--strict", "--json")
    answer = json.loads(told.stdout)
    assert (told.exit_code, answer["ok"], f"Error: {answer['error']}\n") == (1, False, refused)
    assert run("--data", data, "--stack-dir", stack_dir).exit_code == 0


def test_a_run_ends_with_the_console_and_how_to_log_in(api: Api, stack_dir: Path, data: Path) -> None:
    keep_unpayable_claims(data)
    said = run("--data", data, "--stack-dir", stack_dir).output
    end = "".join(said.split("Open in a browser")[1].split())
    outputs = stack_dir / "outputs.json"
    assert end == (
        f"theconsole{api.deployment.api_url}/consoleloginas{ADMIN['email']},withthepasswordin{outputs}(admin.password)"
    )
