"""`payerworks jobs list`: the jobs of files, newest first."""

from typing import Annotated

import typer

from payerworks_cli.intake.ingest_job import Status, find_jobs
from payerworks_cli.session import AsJson, session
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted, more_by

COLUMNS = ("job", "status", "%", "rows", "rejected", "received at", "file")


def list_jobs(
    status: Annotated[
        Status | None, typer.Option(metavar="STATUS", help="queued, running, completed or failed.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="Of the file under this key of the bucket.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List the jobs of files, newest first.

    Example: payerworks jobs list --status failed
    """
    with session(target, as_json=as_json) as (terminal, api):
        jobs = list(find_jobs(api, limit + 1, status=status, key=key))
        shown, more = jobs[:limit], len(jobs) > limit
        terminal.json({"items": [job.model_dump() for job in shown], "more": more})
        rows = [
            (
                job.task_id,
                job.status,
                f"{job.percent:.0f}",
                f"{job.rows_read:,}",
                f"{job.rejected:,}",
                second(job.steps[0].at) if job.steps else "–",
                job.key.rpartition("/")[2],
            )
            for job in shown
        ]
        terminal.table(COLUMNS, rows, texts=("file",), spare=("received at", "%", "rows"))
        for job in shown:
            if job.failed:
                terminal.line(f"{job.task_id} failed: {job.reason(terminal.command)}")
        terminal.line(f"{counted(len(shown), 'job')}{more_by(10 * limit) if more else ''}")
