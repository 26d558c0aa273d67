"""`payerworks run`: the main job from end to end, on a running stack."""

import time
from pathlib import Path
from typing import Annotated

import typer

from payerworks_cli.api import Api
from payerworks_cli.deployment import Deployment
from payerworks_cli.errors import BadOption, RowsRejected, StackNotUp
from payerworks_cli.intake.ingest import Strict
from payerworks_cli.intake.ingest_job import IngestJob
from payerworks_cli.run.accounts import show_accounts
from payerworks_cli.run.directory import walk_directory
from payerworks_cli.run.input_files import InputFiles, Kind, find_input
from payerworks_cli.run.load_files import load_files
from payerworks_cli.run.payment_wait import await_payments
from payerworks_cli.run.post_claims import PostedClaims, post_claims, records_folder
from payerworks_cli.run.read_back import read_back, read_history
from payerworks_cli.run.report import RunResult, files_json, show_files, show_result, show_where, summary
from payerworks_cli.run.sample import write_sample
from payerworks_cli.run.search_plans import check_drift, compare_plans, search_text
from payerworks_cli.run.store_plans import store_plans
from payerworks_cli.run.void_sample import void_sample
from payerworks_cli.session import AsJson
from payerworks_cli.stack_outputs import stack_folder
from payerworks_cli.target import Target, choose, find_deployment
from payerworks_cli.terminal import Terminal, command_terminal, counted
from payerworks_cli.timeouts import Timeouts


def run(
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Plans, claims and patients of your own; without it, the sample."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be taken in.")] = False,
    look_every: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.01, help="Time between two polls of a job or the index.")
    ] = Timeouts.poll,
    strict: Strict = False,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Store plans, claims and patients, wait until claims are paid, read all back, search, and report the changes.

    Example: payerworks run --data folder --strict
    """
    began = time.monotonic()
    with command_terminal(as_json=as_json) as terminal:
        chosen = _chosen(target, dry_run=dry_run)
        deployment = None if dry_run else find_deployment(target)
        files = find_input(data or _sample_of(chosen))
        show_files(files, terminal)
        if deployment is None:
            terminal.json({"ok": True, "files": files_json(files)})
            return
        terminal.deployment = deployment
        terminal.heading("Working")
        timeouts = Timeouts(poll=look_every, totals=4 * look_every, payments_stand_still=75 * look_every)
        records = records_folder(chosen.stack_dir, deployment.api_url)
        result = do_main_job(deployment, records, files, terminal, timeouts, is_sample=data is None)
        terminal.seconds["total"] = round(time.monotonic() - began, 2)
        show_result(result, terminal)
        show_where(deployment, chosen.stack_dir, files, result, terminal)
        is_refused = strict and result.rejected > 0
        refusal = (
            f"Rejected: {counted(result.rejected, 'row')}; all others went in or were known already."
            if is_refused
            else ""
        )
        members = {"ok": False, "error": refusal} if refusal else {}
        terminal.json(summary(result, files, terminal) | members)
        if refusal and as_json:
            raise typer.Exit(1)
        if refusal:
            raise RowsRejected(refusal)


def do_main_job(
    deployment: Deployment,
    records: Path,
    files: InputFiles,
    terminal: Terminal,
    timeouts: Timeouts,
    *,
    is_sample: bool,
) -> RunResult:
    """Store everything, wait for the payments, then read back and search; for a sample, show what accounts may do."""
    with Api(deployment, terminal.note) as api:
        with terminal.part("log in") as say:
            api.log_in()
            say(f"as {deployment.email or 'the owner of the token'}")
        plans = store_plans(api, files.of(Kind.PLAN), terminal) if files.of(Kind.PLAN) else []
        found = search_text(api, plans, terminal, timeouts)
        jobs: list[IngestJob] = []
        for name, kind in (("patients", Kind.PATIENTS), ("claims", Kind.CLAIMS_FILE)):
            if files.of(kind):
                jobs += load_files(api, name, files.of(kind), terminal, timeouts)
        posted = PostedClaims()
        if files.of(Kind.CLAIMS):
            posted = post_claims(api, files.of(Kind.CLAIMS), records, terminal)
        payments = await_payments(api, terminal, timeouts)
        new_claims = posted.stored + sum(job.claims_created for job in jobs)
        new_patients = sum(job.patients_created for job in jobs)
        return RunResult(
            plans=plans,
            posted=posted,
            jobs=jobs,
            payments=payments,
            read=read_back(api, plans, new_claims, new_patients, terminal, timeouts),
            voided=void_sample(api, terminal, timeouts),
            changes_of_first_plan=read_history(api, plans[0], terminal) if plans else 0,
            plans_found=found,
            plans_compared=compare_plans(api, plans, terminal, timeouts) if plans else 0,
            plans_checked=check_drift(api, terminal, timeouts) if plans else 0,
            accounts=show_accounts(api, plans[0].path, terminal) if is_sample and plans else {},
            directory=walk_directory(api, terminal) if is_sample else None,
        )


def _chosen(target: Target, *, dry_run: bool) -> Target:
    """The target with one member; a dry run needs no stack that is up."""
    try:
        return choose(target)
    except StackNotUp:
        if dry_run:
            return Target(stack_folder())
        raise


def _sample_of(chosen: Target) -> Path:
    if chosen.stack_dir is None:
        raise BadOption("Made-up claims are for a stack on this machine only: --data names a folder of your own.")
    folder = chosen.stack_dir / "sample"
    if not folder.is_dir():
        write_sample(folder)
    return folder
