"""`payerworks plans` and `payerworks search`."""

import json
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from payerworks_cli.api import Api
from payerworks_cli.command_line import app
from payerworks_cli.run.sample_plan import sample_plan
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.service import Service

PLAN = "sbc-plan-7"


@pytest.fixture(autouse=True)
def _plan(api: Api) -> None:
    """The sample's plan is stored, and was changed once."""
    api.ask("POST", "/v1/plan", expect=(201,), json=sample_plan(7))
    api.ask("PATCH", f"/v1/plan/{PLAN}", json={"planType": "other"}, headers={"X-Request-Id": "r-1"})


def test_get_shows_a_plan_with_its_services(stack_dir: Path) -> None:
    said = printed(run(stack_dir, "plans", "get", PLAN))
    assert "Plan sbc-plan-7" in said
    assert "Hospice services" in said
    assert "–" in said


@pytest.mark.parametrize("object_id", ["", ".", ".."])
@pytest.mark.parametrize("words", [("plans", "get"), ("claims", "get"), ("registry", "get"), ("jobs", "show")])
def test_an_id_that_would_lead_to_another_path_is_refused(
    stack_dir: Path, words: tuple[str, str], object_id: str
) -> None:
    result = run(stack_dir, *words, object_id)
    assert (result.exit_code, result.stderr) == (2, "Error: An id must not be empty, . or ..\n")


def test_a_word_of_a_path_is_no_plan(service: Service, stack_dir: Path) -> None:
    service.scripted["GET /v1/plan/search"] = [httpx.Response(200, json={"items": []})]
    result = run(stack_dir, "plans", "get", "search")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: No plan has this id: it is a word of the API's paths.\n",
    )


def test_get_reads_the_past_and_prints_json_as_it_came(stack_dir: Path) -> None:
    said = printed(run(stack_dir, "plans", "get", PLAN, "--version", "1", "--json"))
    assert json.loads(said) == sample_plan(7)
    now = json.loads(printed(run(stack_dir, "plans", "get", PLAN, "--json")))
    assert now == sample_plan(7) | {"planType": "other"}
    assert "type          other" in printed(run(stack_dir, "plans", "get", PLAN, "--as-of", "2999-01-01"))
    assert run(stack_dir, "plans", "get", PLAN, "--as-of", "2026-01-01").exit_code == 1


def test_history_lists_the_changes_newest_first(stack_dir: Path) -> None:
    lines = printed(run(stack_dir, "plans", "history", PLAN)).splitlines()
    assert [line.split()[:2] for line in lines[2:]] == [["patched", "2"], ["created", "1"]]
    assert lines[2].split()[-1] == "1"
    assert "r-1" not in lines[2]
    items = json.loads(printed(run(stack_dir, "plans", "history", PLAN, "--limit", "1", "--json")))["items"]
    assert [(item["version"], item["requestId"], item["changed"]) for item in items] == [(2, "r-1", [PLAN])]


def test_what_is_not_there_is_told_in_one_sentence(stack_dir: Path) -> None:
    result = run(stack_dir, "plans", "history", "none")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("Error: Not found: ")


def test_search_asks_with_words_and_amounts(service: Service, stack_dir: Path) -> None:
    said = printed(run(stack_dir, "plans", "search", "drugs", "--copay-lte", "50", "--org", "example.com"))
    assert service.index.queries == [{"q": "drugs", "copay_lte": "50", "_org": "example.com", "limit": "20"}]
    assert "Generic drugs, Preferred brand drugs" in said
    assert "1 plan, 4 services" in said
    found = json.loads(printed(run(stack_dir, "plans", "search", "drugs", "--json")))["items"]
    assert [(plan["objectId"], len(plan["matches"])) for plan in found] == [(PLAN, 4)]
    printed(run(stack_dir, "plans", "search", "drugs", "--plan", PLAN, "--id-prefix", "sbc-"))
    assert service.index.queries[-1] == {"q": "drugs", "plan": PLAN, "objectId_prefix": "sbc-", "limit": "20"}


def test_a_write_that_is_not_indexed_in_time_is_told(stack_dir: Path) -> None:
    result = run(stack_dir, "plans", "search", "drugs", "--after", "token")
    assert result.exit_code == 1
    assert "has not got as far as that write" in result.stderr


def test_reindex_waits_for_its_job(service: Service, stack_dir: Path) -> None:
    said = printed(run(stack_dir, "search", "reindex"))
    assert "reindex: 100 %" in said
    assert "1 plan indexed anew, 1,200 documents" in said
    assert service.asked["POST /admin/search/reindex"] == 1
    done = json.loads(printed(run(stack_dir, "search", "reindex", "--json")))
    assert (done["status"], done["id"], done["documents"]) == ("completed", "job-1", 1200)


def test_drift_shows_what_differs_and_repairs_it_if_asked(service: Service, stack_dir: Path) -> None:
    service.index.drifted = [PLAN]
    said = printed(run(stack_dir, "search", "drift"))
    assert [line.split() for line in said.splitlines() if "stale" in line] == [["stale", "1", PLAN]]
    assert "1 plan checked, 1 difference found\n" in said
    assert "and set right" in printed(run(stack_dir, "search", "drift", "--repair"))
    assert json.loads(printed(run(stack_dir, "search", "drift", "--json")))["stale"] == {"count": 0, "ids": []}


def test_what_the_index_has_refused_is_named_and_is_no_difference(service: Service, stack_dir: Path) -> None:
    service.index.refused = [PLAN]
    said = printed(run(stack_dir, "search", "drift", "--repair"))
    assert [line.split() for line in said.splitlines() if "refused" in line] == [["refused", "1", PLAN]]
    assert "1 plan checked, 0 differences found\n" in said
    assert "1 plan indexed anew, 1 of them refused in part, 1,200 documents" in printed(
        run(stack_dir, "search", "reindex")
    )


def test_the_index_of_patients_has_jobs_of_its_own(service: Service, stack_dir: Path) -> None:
    service.index.patients = 2
    said = printed(run(stack_dir, "search", "reindex", "--index", "patients"))
    assert "2 patients indexed anew, 2 documents" in said
    said = printed(run(stack_dir, "search", "drift", "--index", "patients"))
    assert "2 patients checked, 0 differences found\n" in said
    assert run(stack_dir, "search", "drift", "--index", "claims").exit_code == 2


def test_a_job_that_fails_is_told(service: Service, stack_dir: Path) -> None:
    service.scripted["POST /admin/search/reindex"] = [httpx.Response(202, json={"status": "failed"})]
    result = run(stack_dir, "search", "reindex")
    assert result.exit_code == 1
    assert "The job of `search reindex` has failed" in result.stderr


def test_list_shows_summaries_and_filters(api: Api, stack_dir: Path) -> None:
    other = json.loads(json.dumps(sample_plan(8)))
    api.ask("POST", "/v1/plan", expect=(201,), json=other)
    said = [line.split() for line in printed(run(stack_dir, "plans", "list")).splitlines()]
    assert said[1:] == [
        [PLAN, "other", "2026-01-01", "30", "example.com"],
        ["sbc-plan-8", "inNetwork", "2026-01-01", "30", "example.com"],
        ["2", "plans"],
    ]
    told = json.loads(printed(run(stack_dir, "plans", "list", "--limit", "1", "--json")))
    assert (told["items"][0]["serviceCount"], told["more"]) == (30, True)
    assert "1 plan\n" in printed(run(stack_dir, "plans", "list", "--plan-type", "inNetwork"))


def test_a_plan_is_created_replaced_and_deleted(api: Api, stack_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    plan = sample_plan(9)
    file.write_text(json.dumps(plan), encoding="utf-8-sig")
    assert "Plan sbc-plan-9 created, with 30 services" in printed(run(stack_dir, "plans", "create", file))
    again = run(stack_dir, "plans", "create", file)
    assert again.stderr == f"Error: {file}: Conflict: A plan with this id exists.\n"
    etag = api.ask("GET", "/v1/plan/sbc-plan-9").headers["ETag"]
    file.write_text(json.dumps(plan | {"planType": "other"}), encoding="utf-8")
    said = printed(run(stack_dir, "plans", "replace", file, "--if-match", etag.strip('"')))
    assert "Plan sbc-plan-9 replaced" in said
    assert api.ask("GET", "/v1/plan/sbc-plan-9").member("planType") == "other"
    again = printed(run(stack_dir, "plans", "replace", file))
    assert "Plan sbc-plan-9 is unchanged, with 30 services" in again
    assert "To search after this write: payerworks plans search --after TOKEN" in again
    change = tmp_path / "change.json"
    change.write_text('{"planType": "other"}')
    assert "Plan sbc-plan-9 is unchanged" in printed(run(stack_dir, "plans", "patch", "sbc-plan-9", change))
    look = f"`payerworks plans get sbc-plan-9 --stack-dir {stack_dir}` shows the plan and its ETag"
    for command in (("replace", file), ("patch", "sbc-plan-9", change), ("delete", "sbc-plan-9")):
        assert look in run(stack_dir, "plans", *command, "--if-match", etag).stderr
    assert "history" not in run(stack_dir, "plans", "get", "never").stderr
    assert "its history stays: payerworks plans history sbc-plan-9" in printed(
        run(stack_dir, "plans", "delete", "sbc-plan-9")
    )
    deleted = run(stack_dir, "plans", "get", "sbc-plan-9").stderr
    assert f"`payerworks plans history sbc-plan-9 --stack-dir {stack_dir}` shows its changes." in deleted
    file.write_text("[]")
    assert f"{file} is not a plan: it has no objectId." in run(stack_dir, "plans", "replace", file).stderr


@pytest.mark.parametrize(
    ("change", "options", "plan_type"),
    [
        ({"planType": "a"}, (), "a"),
        ([{"op": "replace", "path": "/planType", "value": "b"}], (), "b"),
        ({"planType": "c"}, ("--type", "merge-patch"), "c"),
    ],
    ids=["merge", "json-patch", "merge-patch"],
)
def test_a_plan_is_patched_in_three_ways(
    api: Api, stack_dir: Path, tmp_path: Path, change: object, options: tuple[str, ...], plan_type: str
) -> None:
    file = tmp_path / "change.json"
    file.write_text(json.dumps(change), encoding="utf-8")
    assert f"Plan {PLAN} changed" in printed(run(stack_dir, "plans", "patch", PLAN, file, *options))
    assert api.ask("GET", f"/v1/plan/{PLAN}").member("planType") == plan_type


def test_a_refused_plan_names_file_and_line(stack_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    plan = sample_plan(9)
    plan["planCostShares"]["deductible"] = -7
    file.write_text(json.dumps(plan, indent=1), encoding="utf-8")
    line = file.read_text().splitlines().index('  "deductible": -7,') + 1
    said = run(stack_dir, "plans", "create", file).stderr
    assert f"  {file}, line {line}, /planCostShares/deductible: " in said


def test_a_plan_comes_by_standard_input_too(stack_dir: Path) -> None:
    arguments = ["plans", "create", "-", "--stack-dir", str(stack_dir), "--json"]
    result = CliRunner().invoke(app, arguments, input=json.dumps(sample_plan(9)))
    assert json.loads(printed(result)) == sample_plan(9)
    broken = CliRunner().invoke(app, arguments[:-1], input="{")
    assert broken.stderr.startswith("Error: standard input is not JSON: line 1")
