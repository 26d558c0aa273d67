"""What holds for every command: its help, its version, and the completion of shells."""

import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from auth.users import models
from auth.users.rights import ROLES
from claims.claim.status import ClaimStatus
from intake.jobs.job_models import IngestJobQuery
from payerworks_cli import VERSION
from payerworks_cli.claims.claim import Status
from payerworks_cli.command_line import app
from payerworks_cli.intake.ingest_job import Status as JobStatus
from payerworks_cli.users.user import PersonType, Role
from tests.unit.conftest import ROOT

PIPE_OR_SCRIPT = {"completion"}
"""Commands whose output is a script in any case."""


def every_command() -> Iterator[tuple[str, Any]]:
    def below(command: Any, path: str) -> Iterator[tuple[str, Any]]:
        for name, each in getattr(command, "commands", {}).items():
            if not getattr(each, "commands", {}) or each.invoke_without_command:
                yield f"{path}{name}", each
            yield from below(each, f"{path}{name} ")

    yield from below(get_command(app), "")


COMMANDS = dict(every_command())
every = pytest.mark.parametrize("name", COMMANDS)


@every
def test_the_help_of_a_command_has_an_example_that_it_understands(name: str) -> None:
    command = COMMANDS[name]
    _, _, example = (command.help or "").partition("Example: ")
    words = shlex.split(example.strip().removeprefix('eval "$(').removesuffix(')"'))
    assert words[:1] == ["payerworks"], f"{name} has no example"
    arguments = words[1 + len(name.split()) :]
    assert words[1 : 1 + len(name.split())] == name.split()
    command.make_context(name, list(arguments)).close()
    told = CliRunner().invoke(app, [*name.split(), "-h"])
    assert told.exit_code == 0
    assert "Example: " in told.stdout


@every
def test_help_speaks_of_values_and_not_of_types(name: str) -> None:
    told = CliRunner().invoke(app, [*name.split(), "-h"], env={"COLUMNS": "66"}).stdout
    assert not re.search(r"<(bool|int|str|float|list|path)\b", told, re.IGNORECASE)
    assert "…" not in told


@pytest.mark.parametrize("words", ["", "plans"])
def test_a_group_without_a_command_shows_its_help(words: str) -> None:
    told = CliRunner().invoke(app, words.split())
    assert told.exit_code == 2
    assert told.output.count("Usage: ") == 1
    assert "search" in told.output


def test_the_words_to_choose_from_are_those_of_the_service() -> None:
    assert get_args(Status) == get_args(ClaimStatus)
    assert get_args(PersonType) == get_args(models.PersonType)
    assert tuple(Role) == ROLES
    assert get_args(JobStatus) == get_args(get_args(get_args(IngestJobQuery.__annotations__["status"])[0])[0])


@every
def test_every_command_has_json_and_says_where_it_goes(name: str) -> None:
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert name in PIPE_OR_SCRIPT or "--json" in options
    if name not in PIPE_OR_SCRIPT | {"sample", "profiles", "first-admin"}:
        assert {"--stack-dir", "--api-url", "--profile"} <= options


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("plans bogus", "No such command 'bogus'"),
        ("claims decide x maybe --note y", "Invalid value for 'decision': 'maybe' is not one of 'approve', 'refuse'"),
        ("claims decide x approve", "Missing option '--note'"),
    ],
)
def test_wrong_words_are_one_sentence_and_one_json_object(words: str, fault: str) -> None:
    told = CliRunner().invoke(app, words.split())
    assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    assert told.stderr.startswith(f"Error: {fault}; `payerworks ")
    told = CliRunner().invoke(app, [*words.split(), "--json"])
    assert (told.exit_code, told.stderr) == (2, "")
    assert json.loads(told.stdout)["error"].startswith(fault)


def test_the_version_is_the_projects() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == VERSION
    assert CliRunner().invoke(app, ["--version"]).stdout == f"payerworks {VERSION}\n"


def test_the_help_says_how_commands_end() -> None:
    said = " ".join(CliRunner().invoke(app, ["--help"]).stdout.split())
    assert "1 if something failed" in said
    assert "130 after Ctrl-C" in said


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell_is_printed(shell: str) -> None:
    script = CliRunner().invoke(app, ["completion", shell]).stdout
    assert f"_PAYERWORKS_COMPLETE=complete_{shell}" in script


def test_the_script_of_bash_completes(tmp_path: Path) -> None:
    completed = CliRunner(env={"COMP_WORDS": "payerworks plans re", "COMP_CWORD": "2"}).invoke(
        app, env={"_PAYERWORKS_COMPLETE": "complete_bash"}, prog_name="payerworks"
    )
    assert completed.stdout.split() == ["replace"]
    for words, values in (("claims", get_args(ClaimStatus)), ("jobs", get_args(JobStatus))):
        completed = CliRunner(env={"COMP_WORDS": f"payerworks {words} list --status ", "COMP_CWORD": "4"}).invoke(
            app, env={"_PAYERWORKS_COMPLETE": "complete_bash"}, prog_name="payerworks"
        )
        assert completed.stdout.split() == list(values)
    script = CliRunner().invoke(app, ["completion", "bash"]).stdout
    (tmp_path / "script").write_text(script)
    subprocess.run(["bash", "-n", str(tmp_path / "script")], check=True)
