"""The workflows of GitHub Actions: pinned actions, few rights, no secrets, and the commands of .ci/run."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from localstack.lint_template import lint
from tests.unit.conftest import ROOT
from tests.unit.template import load

WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
SCRIPTS = sorted(ROOT.glob(".ci/*"))
MAKEFILE = (ROOT / "Makefile").read_text()
MAKE = re.compile(r"(?<![\w-])make (?:-C \S+ )?([a-z][a-z-]*)")
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$")
RIGHTS = {
    "check.yml/check": {"contents": "read"},
    "deploy.yml/release": {"contents": "read"},
    "deploy.yml/check": {"contents": "read"},
    "deploy.yml/build": {"contents": "read"},
    "deploy.yml/sign": {"attestations": "write", "contents": "write", "id-token": "write"},
    "deploy.yml/staging": {"attestations": "read", "contents": "read", "id-token": "write"},
    "deploy.yml/prod": {"attestations": "read", "contents": "read", "id-token": "write"},
    "deploy.yml/proven": {"contents": "write"},
}
SECRETS: set[str] = set()
"""Names that workflows may take from `secrets`: none, as roles are assumed by OIDC."""
PIPELINE = load(ROOT / "infrastructure/pipeline.yaml")
TEMPLATE = load(ROOT / "template.yaml")
every_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)


def read(workflow: Path) -> dict[str, Any]:
    # BaseLoader leaves the key `on` as it is, which YAML 1.1 takes for true.
    parsed: dict[str, Any] = yaml.load(workflow.read_text(), yaml.BaseLoader)
    return parsed


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for workflow in WORKFLOWS:
        for name, job in read(workflow)["jobs"].items():
            yield f"{workflow.name}/{name}", job


def job(name: str) -> dict[str, Any]:
    return dict(jobs())[name]


def steps(name: str) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = job(name)["steps"]
    return given


def position(name: str, text: str) -> int:
    """The index of the only step of a job that runs or uses something with this text."""
    [found] = [at for at, step in enumerate(steps(name)) if text in step.get("run", "") + step.get("uses", "")]
    return found


def made(text: str) -> list[str]:
    """The targets that `make` builds in a script, in their order; `test` is replaced by its two halves."""
    rule = re.search(r"^test: (\w+) ##.*\n\t@\$\(MAKE\) --no-print-directory ([\w-]+)\n\n", MAKEFILE, re.MULTILINE)
    assert rule
    return [half for target in MAKE.findall(text) for half in (rule.groups() if target == "test" else (target,))]


@every_workflow
def test_every_action_is_pinned_by_its_commit_and_says_its_version(workflow: Path) -> None:
    used = re.findall(r"uses: (.+)", workflow.read_text())
    assert [each for each in used if not PINNED.match(each) and not each.startswith("./.github/workflows/")] == []
    assert used


def test_an_action_has_the_same_commit_everywhere() -> None:
    used = re.findall(r"uses: ([\w./-]+)@(\S+)", "".join(path.read_text() for path in WORKFLOWS))
    assert len(set(used)) == len(dict(used))


def test_each_job_has_the_rights_that_it_needs_and_no_other() -> None:
    assert {name: job.get("permissions") for name, job in jobs()} == RIGHTS
    assert all(read(workflow)["permissions"] == {} for workflow in WORKFLOWS)


@every_workflow
def test_no_workflow_gives_rights_to_code_of_a_fork(workflow: Path) -> None:
    assert not {"pull_request_target", "workflow_run"} & set(read(workflow)["on"])


@every_workflow
def test_no_workflow_takes_a_secret(workflow: Path) -> None:
    text = workflow.read_text()
    assert set(re.findall(r"secrets\.(\w+)", text)) == SECRETS
    assert not re.search(r"secrets: inherit|secrets\[|toJSON\(secrets", text)
    assert not re.search(r"aws-(secret-)?access-key", text)


@every_workflow
def test_no_script_has_an_expression_that_someone_else_may_fill(workflow: Path) -> None:
    for name, each in jobs():
        assert not [step["run"] for step in each.get("steps", []) if "${{" in step.get("run", "")], name


@pytest.mark.parametrize("script", [*WORKFLOWS, *SCRIPTS], ids=lambda path: path.name)
def test_every_target_and_script_that_is_named_exists(script: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    code = "\n".join(line for line in script.read_text().splitlines() if not line.lstrip().startswith("#"))
    assert set(MAKE.findall(code)) <= targets
    assert all((ROOT / name).exists() for name in re.findall(r"(?<!\S)\.ci/[\w-]+", code))


def test_the_workflow_runs_what_ci_runs() -> None:
    run = "\n".join(step.get("run", "") for step in steps("check.yml/check"))
    assert made(run) == made((ROOT / ".ci/run").read_text()) == ["check", "test-stack"]


def test_checks_run_on_the_oldest_and_the_newest_python() -> None:
    allowed = TEMPLATE["Parameters"]["Runtime"]["AllowedValues"]
    assert job("check.yml/check")["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    assert [min(allowed), max(allowed)] == ["python3.11", "python3.13"]


def test_packages_are_kept_by_the_hashes_of_what_pins_them_and_never_enter_a_release() -> None:
    key = steps("check.yml/check")[position("check.yml/check", "actions/cache")]["with"]["key"]
    patterns = re.findall(r"'([^']+)'", key)
    assert all(next(ROOT.glob(pattern), None) for pattern in patterns)
    assert "requirements/*.txt" in patterns
    assert "cache" not in str(steps("deploy.yml/build"))


def test_what_is_kept_of_tests_is_the_output_alone() -> None:
    kept = steps("check.yml/check")[position("check.yml/check", "actions/upload-artifact")]
    assert kept["with"]["path"] == "build/test-output/*.txt"


def test_a_release_is_signed_only_after_checks_and_build() -> None:
    assert set(job("deploy.yml/sign")["needs"]) == {"check", "build"}
    assert "make" not in str(steps("deploy.yml/sign"))


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_an_environment_is_deployed_by_its_own_role_then_watched(environment: str) -> None:
    name = f"deploy.yml/{environment}"
    assert job(name)["environment"] == environment
    assert job(name)["concurrency"] == {"group": environment, "cancel-in-progress": "false"}
    role = position(name, "aws-actions/configure-aws-credentials")
    deployed = position(name, f'.ci/deploy {environment} "$GITHUB_REF_NAME"')
    assert role < deployed < position(name, f".ci/canary {environment} ")
    assert steps(name)[role]["with"]["role-to-assume"] == "${{ vars.DEPLOY_ROLE }}"


def test_prod_comes_after_staging_and_goes_back_to_the_former_release_when_it_fails() -> None:
    assert "staging" in job("deploy.yml/prod")["needs"]
    back = steps("deploy.yml/prod")[-1]
    assert back["if"] == "${{ failure() && steps.deploy.outcome != 'skipped' }}"
    assert back["run"].startswith('.ci/deploy prod "${FORMER:?')
    assert position("deploy.yml/prod", "gh release view") < position("deploy.yml/prod", '.ci/deploy prod "$GITHUB')


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_a_role_trusts_one_environment_of_one_repository(environment: str) -> None:
    role = PIPELINE["Resources"][f"Deploy{environment.capitalize()}"]["Properties"]
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": {"Sub": f"repo:${{Repository}}:environment:{environment}"},
        }
    }
    longest = int(steps(f"deploy.yml/{environment}")[2]["with"]["role-duration-seconds"])
    assert longest <= role["MaxSessionDuration"]


def test_a_repository_cannot_be_a_pattern() -> None:
    allowed = re.compile(PIPELINE["Parameters"]["Repository"]["AllowedPattern"])
    assert allowed.fullmatch("octo-org/octo-repo")
    assert allowed.fullmatch("octo-org@123456/octo-repo@789012")
    assert not [each for each in ("*/*", "octo-org/*", "octo-org", "a/b:ref") if allowed.fullmatch(each)]


def test_the_stack_of_the_roles_is_free_of_findings() -> None:
    assert lint(ROOT / "infrastructure/pipeline.yaml", []) == 0
