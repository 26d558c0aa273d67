"""`payerworks jobs show`: the job of a file, step by step."""

from payerworks_cli.answer import Answer
from payerworks_cli.intake.ingest_job import IngestJob, JobId, job_path, outcome
from payerworks_cli.session import AsJson, show_answer, show_steps
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal


def show(job_id: JobId, *, target: Target, as_json: AsJson = False) -> None:
    """Show a job: its progress, the results of its rows, and each step with its time.

    Example: payerworks jobs show 0f1e2d3c
    """
    show_answer("GET", job_path(job_id), _show, target, as_json=as_json)


def _show(answer: Answer, terminal: Terminal) -> None:
    job = answer.parse(IngestJob)
    terminal.line(f"Job {job.task_id}: {job.status}, {job.percent:.0f} %", style="bold")
    rejects = f"; {terminal.command(f'jobs rejects {job.task_id}')}" if job.rejected else ""
    terminal.pairs([("file", job.key), ("kind", job.kind), ("rows", f"{outcome(job)}{rejects}")])
    if job.failed or job.error:
        terminal.pairs([("error", job.reason(terminal.command))])
    show_steps(job.steps, terminal)
