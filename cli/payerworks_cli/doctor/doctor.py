"""`payerworks doctor`: what is wrong with this machine or a deployment, and what to do."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import typer

from payerworks_cli.api import Api
from payerworks_cli.deployment import Deployment
from payerworks_cli.doctor.api_checks import health_findings, login_findings, version_findings
from payerworks_cli.doctor.connection_checks import connection_findings
from payerworks_cli.doctor.finding import Finding, fault, guarded
from payerworks_cli.errors import BadOption, CommandError, StackNotUp
from payerworks_cli.session import AsJson
from payerworks_cli.stack_outputs import stack_folder
from payerworks_cli.target import Target, choose, find_deployment
from payerworks_cli.terminal import Terminal, command_terminal, counted

COLUMNS = ("check", "state", "finding")


def doctor(*, target: Target, as_json: AsJson = False) -> None:
    """Check this machine and a deployment, and say what to do; ends with 1 if something is at fault.

    Example: payerworks doctor --profile prod
    """
    with command_terminal(as_json=as_json) as terminal:
        findings = list(_findings(target, terminal))
        faults = [finding.check for finding in findings if finding.state == "fault"]
        failure = f"{counted(len(faults), 'fault')}: {', '.join(faults)}." if faults else ""
        items = [finding._asdict() for finding in findings]
        terminal.json(({"ok": False, "error": failure} if faults else {}) | {"items": items})
        _show(findings, terminal)
        if faults and not as_json:
            raise StackNotUp(failure)
    if faults:
        raise typer.Exit(1)


def _show(findings: Sequence[Finding], terminal: Terminal) -> None:
    rows = [(each.check, each.state, ": ".join(filter(None, (each.text, each.remedy)))) for each in findings]
    terminal.table(COLUMNS, rows, texts=("finding",))
    warnings = sum(each.state == "warning" for each in findings)
    terminal.line(f"{counted(len(findings), 'check')}, {counted(warnings, 'warning')}")


def _findings(target: Target, terminal: Terminal) -> Iterator[Finding]:
    # Only here, because it loads what starts servers, for which no other command has time.
    from payerworks_cli.doctor import machine_checks

    yield machine_checks.python_finding()
    folder = _folder(target)
    if folder:
        yield from machine_checks.stack_findings(folder)
    try:
        terminal.deployment = find_deployment(target)
    except BadOption:
        raise
    except CommandError as error:
        yield fault("deployment", str(error).removesuffix("."), "")
        return
    yield from _of_deployment(terminal.deployment, terminal)


def _folder(target: Target) -> Path | None:
    """The folder of the stack that is meant: that of this folder if nothing is."""
    try:
        return choose(target).stack_dir
    except StackNotUp:
        return stack_folder()


def _of_deployment(deployment: Deployment, terminal: Terminal) -> Iterator[Finding]:
    for number, finding in enumerate(connection_findings(deployment)):
        yield finding
        if number == 0 and finding.state == "fault":
            return
    with Api(deployment, terminal.note) as api:
        for check, findings in (("version", version_findings), ("health", health_findings), ("login", login_findings)):
            yield from guarded(check, partial(findings, api))
