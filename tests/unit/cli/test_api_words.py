"""Messages name options and commands, not the parameters and paths of the API."""

import re
from pathlib import Path

import httpx
import pytest

from payerworks_cli.api_words import CALLS, OPTIONS, with_commands
from payerworks_cli.intake.ingest_job import IngestJob
from tests.unit.cli.conftest import run
from tests.unit.cli.service import Service
from tests.unit.cli.test_command_line import COMMANDS
from tests.unit.conftest import ROOT


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("claims list --from 2026-13-01", "  --from: "),
        ("claims list --to x", "  --to: "),
        ("claims list --from 2026-02-01 --to 2026-01-01", "  --to: must not be before --from\n"),
        ("claims list --provider 12", "  --provider: "),
        ("claims list --subscriber ' '", "  --subscriber: "),
        (f"plans list --org {'x' * 300}", "  --org: "),
        (f"plans list --plan-type {'x' * 300}", "  --plan-type: "),
        ("plans get x --as-of never", "  --as-of: "),
        ("plans get x --as-of 2026-01-01 --version 1", "--version and --as-of exclude each other"),
        ("registry list --last-name ' '", "  --last-name: "),
        (f"jobs list --key {'x' * 1100}", "  --key: "),
    ],
)
def test_a_fault_of_a_query_names_the_option(stack_dir: Path, words: str, fault: str) -> None:
    result = run(stack_dir, *[word.strip("'") for word in re.findall(r"'[^']*'|\S+", words)])
    assert result.exit_code == 1
    assert fault in result.stderr
    assert result.stderr.startswith("Error: Bad input: The query is not valid.")


def test_faults_of_a_search_name_its_options(service: Service, stack_dir: Path) -> None:
    errors = [{"pointer": pointer, "message": "is wrong"} for pointer in ("/q", "/copay_lte", "/_org")]
    refusal = {"title": "Bad input", "detail": "The query is not valid.", "errors": errors}
    service.scripted["GET /v1/plan/search"] = [httpx.Response(400, json=refusal)]
    lines = run(stack_dir, "plans", "search", "x").stderr.splitlines()
    assert lines[1:] == ["  TEXT: is wrong", "  --copay-lte: is wrong", "  --org: is wrong"]


def test_the_named_options_and_commands_exist() -> None:
    options = {option for command in COMMANDS.values() for each in command.params for option in each.opts}
    assert {option for option in OPTIONS.values() if option.startswith("--")} <= options
    assert {" ".join(re.findall(r"\b[a-z]+\b", words)) for words in CALLS.values()} <= COMMANDS.keys()


def test_the_calls_are_named_in_messages_of_the_service() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("functions", "layers/common")
        for path in (ROOT / folder).rglob("*.py")
    )
    for call in CALLS:
        assert re.search(rf'^[^#]*["(; ].*{re.escape(call)}(?![\w/])', sources, re.MULTILINE), call


def test_the_reason_of_a_job_names_a_command() -> None:
    error = "The file is not CSV. It looks like JSON: send it to POST /claims."
    job = IngestJob(task_id="job-7", status="failed", error=error)
    assert job.reason("payerworks {}".format).endswith("send it to `payerworks claims post FILE`.")
    decide = with_commands("A decision ends its review (POST /claims/{id}/payment/decision).", str)
    assert decide == "A decision ends its review (`claims decide ID`)."
