"""`payerworks jobs show`: the job of a file, step by step."""

from payerworks_cli.api import Answer
from payerworks_cli.intake.ingest_job import IngestJob, JobId, job_path, outcome
from payerworks_cli.session import AsJson, StackDir, show_answer, show_steps
from payerworks_cli.terminal import Terminal


def show(job_id: JobId, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Show a job: its progress, the results of its rows, and each step with its time."""
    show_answer("GET", job_path(job_id), _show, stack_dir, as_json=as_json)


def _show(answer: Answer, terminal: Terminal) -> None:
    job = answer.parse(IngestJob)
    terminal.line(f"Job {job.task_id}: {job.status}, {job.percent:.0f} %", style="bold")
    rejects = f"; payerworks jobs rejects {job.task_id}" if job.rejected else ""
    terminal.pairs([("file", job.key), ("kind", job.kind), ("rows", f"{outcome(job)}{rejects}")])
    if job.error:
        terminal.pairs([("error", job.error)])
    show_steps(job.steps, terminal)
