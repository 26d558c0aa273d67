"""Upload CSV files and follow their jobs to the end."""

from pathlib import Path

from payerworks_cli.api import Api
from payerworks_cli.intake.ingest_job import IngestJob, outcome
from payerworks_cli.intake.job_progress import follow, raise_failures
from payerworks_cli.intake.upload import upload_file
from payerworks_cli.terminal import Terminal
from payerworks_cli.timeouts import Timeouts


def load_files(api: Api, kind: str, files: list[Path], terminal: Terminal, timeouts: Timeouts) -> list[IngestJob]:
    """Upload files of a kind (`patients`, `claims`) and wait until their jobs have ended.

    Raises JobFailed if one failed.
    """
    with terminal.part(kind) as say:
        with terminal.bars() as bars:
            uploads = [upload_file(api, path, kind, None, bars) for path in files]
            ingested = follow(api, uploads, bars, timeouts)
        for path, job in ingested:
            if not job.failed:
                rejects = f" ({terminal.command(f'jobs rejects {job.task_id}')})" if job.rejected else ""
                say(f"{path.name}: {outcome(job)}{rejects}")
    raise_failures(ingested, terminal.command)
    return [job for _, job in ingested]
