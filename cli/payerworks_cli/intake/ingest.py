"""`payerworks ingest`: send files and watch them go into the registry, or to the claims."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from payerworks_cli.errors import BadInput, IngestFailed
from payerworks_cli.intake.ingest_job import Job, outcome
from payerworks_cli.intake.job_progress import Upload, follow
from payerworks_cli.intake.upload import read_mapping, send
from payerworks_cli.session import AsJson, StackDir, session
from payerworks_cli.terminal import Terminal
from payerworks_cli.timeouts import Timeouts

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV files with a header, also as .csv.gz.")]

ROWS_TO_TELL_SPEED = 1000
"""Of fewer rows, the speed is that of a function's start."""


def ingest(
    files: Files,
    kind: Annotated[Literal["patients", "claims"], typer.Option(help="What the files are of.")] = "patients",
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="JSON that tells which columns hold what (docs/intake.md).")
    ] = None,
    watch: Annotated[bool, typer.Option(help="Show how the rows go in, until the end; or only send the files.")] = True,
    stack_dir: StackDir = None,
    as_json: AsJson = False,
) -> None:
    """Send CSV files of any size and follow them to their end; what went in before changes nothing."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        if missing := [str(path) for path in files if not path.is_file()]:
            raise BadInput(f"There is no file {', '.join(missing)}; nothing was sent.")
        layout = read_mapping(mapping) if mapping else None
        with terminal.bars() as bars:
            uploads = [Upload(send(api, path, kind, layout, bars), path) for path in files]
        if not watch:
            _tell_sent(uploads, terminal, as_json=as_json)
            return
        with terminal.bars() as bars:
            follow(api, uploads, bars, Timeouts())
        _tell_done(uploads, terminal, as_json=as_json)


def _tell_sent(uploads: list[Upload], terminal: Terminal, *, as_json: bool) -> None:
    if as_json:
        terminal.json({"ok": True, "items": [{"file": str(upload.path), "key": upload.key} for upload in uploads]})
    for upload in uploads:
        terminal.line(f"{upload.path.name} is uploaded; payerworks jobs list --key '{upload.key}' finds its job")


def _tell_done(uploads: list[Upload], terminal: Terminal, *, as_json: bool) -> None:
    """Tell what became of each file. Raises IngestFailed where one could not be read."""
    jobs = [(upload, upload.job) for upload in uploads if upload.job]
    failed = [f"{upload.path.name}: {job.reason}" for upload, job in jobs if job.failed]
    if as_json:
        items = [{"file": str(upload.path), **job.model_dump()} for upload, job in jobs]
        terminal.json({"ok": not failed, "items": items})
        raise typer.Exit(1 if failed else 0)
    for upload, job in jobs:
        if job.failed:
            continue
        terminal.line(f"{upload.path.name}: {outcome(job)}{_took(job)}")
        if job.rejected:
            terminal.line(f"  the rejects: payerworks jobs rejects {job.task_id} -o rejects.csv")
    if failed:
        raise IngestFailed("The service could not ingest " + "; ".join(failed))


def _took(job: Job) -> str:
    if not job.seconds:
        return ""
    speed = f", {job.rows_read / job.seconds:,.0f} rows a second" if job.rows_read >= ROWS_TO_TELL_SPEED else ""
    return f" ({job.seconds:.1f} s{speed})"
