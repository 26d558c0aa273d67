"""`payerworks jobs show`: a job, step by step."""

from typing import Annotated

import typer

from payerworks_cli.intake.ingest_job import job_of, job_path, outcome
from payerworks_cli.session import AsJson, StackDir, session

JobId = Annotated[str, typer.Argument(metavar="ID", help="The job's id, as `payerworks jobs list` shows it.")]


def show(job_id: JobId, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Show a job: how far it is, what became of the rows, and each step with its time."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        answer = api.ask("GET", job_path(job_id))
        if as_json:
            print(answer.text)
            return
        job = job_of(answer.json())
        terminal.line(f"Job {job.task_id}: {job.status}, {job.percent:.0f} %", style="bold")
        rejects = f"; payerworks jobs rejects {job.task_id}" if job.rejected else ""
        terminal.pairs([("file", job.key), ("kind", job.kind), ("rows", f"{outcome(job)}{rejects}")])
        if job.error:
            terminal.pairs([("error", job.error)])
        terminal.table(("step", "at", "detail"), [(step.step, step.at, step.detail) for step in job.steps])
