"""`payerworks ingest`: upload files and follow them into the registry or the claims."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from payerworks_cli.api import Api
from payerworks_cli.errors import BadInput, BadOption, CommandError
from payerworks_cli.intake.ingest_job import IngestJob, outcome
from payerworks_cli.intake.job_progress import Upload, follow, raise_failures, raise_rejects
from payerworks_cli.intake.job_rows import rejected_lines
from payerworks_cli.intake.upload import upload_file
from payerworks_cli.local_files import STDIN, read_json
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal
from payerworks_cli.timeouts import Timeouts

Strict = Annotated[bool, typer.Option("--strict", help="End with 1 if rows were rejected.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV files with a header, also as .csv.gz.")]

SHOWN_LINES = 10
"""How many lines of rejected rows are named."""
ROWS_TO_SHOW_SPEED = 1000
"""With fewer rows, the speed would be that of a function's start."""


def ingest(
    files: Files,
    kind: Annotated[
        Literal["patients", "claims"], typer.Option(metavar="KIND", help="What the files contain: patients or claims.")
    ] = "patients",
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="JSON that maps columns to fields (docs/intake.md).")
    ] = None,
    watch: Annotated[bool, typer.Option(help="Show progress until the end, or only upload the files.")] = True,
    strict: Strict = False,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Upload CSV files of any size and follow them to their end. Rows that were ingested before change nothing.

    Example: payerworks ingest march.csv april.csv.gz --kind claims --strict
    """
    with session(target, as_json=as_json) as (terminal, api):
        if strict and not watch:
            raise BadOption("--strict waits for the rows, so it does not go with --no-watch.")
        faults = ["standard input cannot be uploaded: name a file" for path in files if path == STDIN]
        faults += [f"{path} is a folder: name its files" for path in files if path.is_dir()]
        faults += [f"there is no file {path}" for path in files if path != STDIN and not path.exists()]
        if faults:
            raise BadInput(f"Nothing was sent: {'; '.join(faults)}.")
        layout = read_json(mapping) if mapping else None
        with terminal.bars() as bars:
            uploads = [upload_file(api, path, kind, layout, bars) for path in files]
        if not watch:
            _show_uploads(uploads, terminal)
            return
        try:
            with terminal.bars() as bars:
                ingested = follow(api, uploads, bars, Timeouts())
        except KeyboardInterrupt:
            look = terminal.command("jobs list")
            raise KeyboardInterrupt(f"Interrupted: the service goes on with the files; `{look}`.") from None
        _show_results(api, ingested, terminal, strict=strict, as_json=as_json)


def _show_uploads(uploads: list[Upload], terminal: Terminal) -> None:
    terminal.json({"ok": True, "items": [{"file": str(upload.path), "key": upload.key} for upload in uploads]})
    for upload in uploads:
        find = terminal.command(f"jobs list --key '{upload.key}'")
        terminal.line(f"{upload.path.name} is uploaded; {find} finds its job")


def _show_results(
    api: Api, ingested: list[tuple[Path, IngestJob]], terminal: Terminal, *, strict: bool, as_json: bool
) -> None:
    """Show the result of each file. Raises JobFailed if one could not be read, RowsRejected as `strict` says."""
    if as_json:
        failure = _failure(ingested, terminal, strict=strict)
        items = [{"file": str(path), **job.model_dump()} for path, job in ingested]
        terminal.json({"ok": not failure, "items": items} | ({"error": failure} if failure else {}))
        raise typer.Exit(1 if failure else 0)
    for path, job in ingested:
        if not job.failed:
            terminal.line(f"{path.name}: {outcome(job)}{_duration(job)}")
        if not job.failed and job.rejected:
            _show_lines(path, rejected_lines(api, job), terminal)
            terminal.line(f"  the rejects: {terminal.command(f'jobs rejects {job.task_id} -o rejects.csv')}")
    _raise_faults(ingested, terminal, strict=strict)


def _raise_faults(ingested: list[tuple[Path, IngestJob]], terminal: Terminal, *, strict: bool) -> None:
    raise_failures(ingested, terminal.command)
    if strict:
        raise_rejects(ingested)


def _failure(ingested: list[tuple[Path, IngestJob]], terminal: Terminal, *, strict: bool) -> str:
    """Why the command fails; empty if it does not."""
    try:
        _raise_faults(ingested, terminal, strict=strict)
    except CommandError as error:
        return str(error)
    return ""


def _show_lines(path: Path, lines: list[str], terminal: Terminal) -> None:
    if lines:
        more = f" and {len(lines) - SHOWN_LINES:,} more" if len(lines) > SHOWN_LINES else ""
        word = "line" if len(lines) == 1 else "lines"
        terminal.line(f"  rejected: {path}, {word} {', '.join(lines[:SHOWN_LINES])}{more}")


def _duration(job: IngestJob) -> str:
    if not job.seconds:
        return ""
    speed = f", {job.rows_read / job.seconds:,.0f} rows a second" if job.rows_read >= ROWS_TO_SHOW_SPEED else ""
    return f" ({job.seconds:.1f} s{speed})"
