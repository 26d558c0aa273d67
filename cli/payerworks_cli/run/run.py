"""`payerworks run`: the main job, end to end, against a running stack."""

import time
from pathlib import Path
from typing import Annotated

import typer

from payerworks_cli.api import Api
from payerworks_cli.intake.job_progress import Upload
from payerworks_cli.run.input_files import InputFiles, Kind, find_input
from payerworks_cli.run.intake_bucket import IntakeBucket
from payerworks_cli.run.load_files import load_files
from payerworks_cli.run.payment_wait import await_payments
from payerworks_cli.run.post_claims import ClaimsPosted, post_claims
from payerworks_cli.run.posted_lists import PostedLists
from payerworks_cli.run.read_back import read_back, show_history
from payerworks_cli.run.report import Done, IndexSeen, files_json, summary, tell_done, tell_files, tell_where
from payerworks_cli.run.sample import write_sample
from payerworks_cli.run.search_plans import search_plans, search_text
from payerworks_cli.run.store_plans import store_plans
from payerworks_cli.run.void_sample import void_sample
from payerworks_cli.search.drift import check_drift
from payerworks_cli.session import AsJson, StackDir
from payerworks_cli.stack_outputs import Stack, read_stack, stack_folder
from payerworks_cli.terminal import Terminal, one_sentence_on_failure
from payerworks_cli.timeouts import Timeouts


def run(
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Plans, claims and patients of your own; without it, the sample."),
    ] = None,
    stack_dir: StackDir = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be taken in.")] = False,
    look_every: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.01, help="Between two looks at a job or the index.")
    ] = Timeouts.look,
    as_json: AsJson = False,
) -> None:
    """Store plans, claims and patients, see claims paid, read all back, search, and tell what was done."""
    terminal, began = Terminal(quiet=as_json), time.monotonic()
    with one_sentence_on_failure(terminal if as_json else None):
        home = stack_dir or stack_folder()
        stack = None if dry_run else read_stack(home)
        files = find_input(data or _sample_of(home))
        tell_files(files, terminal)
        if stack is None:
            if as_json:
                terminal.json({"ok": True, "files": files_json(files)})
            return
        terminal.heading("Working")
        timeouts = Timeouts(look=look_every, totals=4 * look_every, payments_stand_still=75 * look_every)
        done = do_main_job(stack, home, files, terminal, timeouts)
        terminal.seconds["total"] = round(time.monotonic() - began, 2)
        tell_done(done, terminal)
        tell_where(stack, home, files, done, terminal)
        if as_json:
            terminal.json(summary(done, files, terminal))


def do_main_job(stack: Stack, stack_dir: Path, files: InputFiles, terminal: Terminal, timeouts: Timeouts) -> Done:
    """Plans, patients and claims in, claims paid; then the reading back and what the index says."""
    with Api(stack, terminal.line) as api:
        with terminal.part("log in") as part:
            api.log_in()
            part.say(f"as {stack.admin.email}")
        plans = store_plans(api, files.of(Kind.PLAN), terminal) if files.of(Kind.PLAN) else []
        found = search_text(api, plans, terminal, timeouts)
        uploads = _load_files(api, stack, files, terminal, timeouts)
        claims = ClaimsPosted()
        if files.of(Kind.CLAIMS):
            claims = post_claims(api, files.of(Kind.CLAIMS), PostedLists(stack_dir), terminal)
        settled = await_payments(api, terminal, timeouts)
        totals_move = claims.stored > 0 or any(upload.job and upload.job.claims_created for upload in uploads)
        created = sum(upload.job.patients_created for upload in uploads if upload.job)
        read = read_back(api, plans, claims.first_claim, totals_move, created, terminal, timeouts)
        voided = void_sample(api, terminal, timeouts)
        changes = show_history(api, plans[0], terminal) if plans else 0
        searched = search_plans(api, plans, terminal, timeouts) if plans else 0
        checked = check_drift(api, terminal, timeouts) if plans else 0
    return Done(plans, claims, uploads, settled, read, voided, IndexSeen(found, searched, checked), changes)


def _load_files(api: Api, stack: Stack, files: InputFiles, terminal: Terminal, timeouts: Timeouts) -> list[Upload]:
    uploads: list[Upload] = []
    for folder, kind in (("patients", Kind.PATIENTS), ("claims", Kind.CLAIMS_UPLOAD)):
        if files.of(kind):
            uploads += load_files(api, IntakeBucket(stack), folder, files.of(kind), terminal, timeouts)
    return uploads


def _sample_of(stack_dir: Path) -> Path:
    folder = stack_dir / "sample"
    if not folder.is_dir():
        write_sample(folder)
    return folder
