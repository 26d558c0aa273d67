"""Get a list of a job's rows: as CSV to the terminal or into a file, or as JSON."""

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import httpx
import typer

from payerworks_cli.answer import Answer
from payerworks_cli.api import Api
from payerworks_cli.deployment import is_on_this_machine
from payerworks_cli.errors import StackNotUp, UnexpectedAnswer
from payerworks_cli.intake.ingest_job import IngestJob, job_path, read_job
from payerworks_cli.local_files import STDIN, check_output, write_whole
from payerworks_cli.session import session
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal, counted

Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write to this file; asks before it overwrites another."),
]
_DELIMITER = re.compile(r"\bline(.)reject_reason\b")
"""The delimiter of a list of rejects, which is that of the file."""

Force = Annotated[bool, typer.Option("-f", "--force", help="Write over the file without asking.")]


def get_rows(
    job_id: str, name: str, noun: str, output: Path | None, target: Target, *, force: bool, as_json: bool
) -> None:
    """Get the list `name` (`rejects`, `duplicates`) of a job; `noun` is what one of its rows is called."""
    to_terminal = output is None or output == STDIN
    with session(target, as_json=as_json) as (terminal, api):
        if output is not None and not to_terminal:
            check_output(output, force=force)
        blocks = _content(api, f"{job_path(job_id)}/{name}")
        if output is None or to_terminal:
            _print(blocks, terminal, as_json=as_json)
            return
        write_whole(output, blocks)
        job = read_job(api, job_id)
        number = _number(job, name)
        terminal.json({"ok": True, "job": job_id, "file": str(output), name: number})
        terminal.line(f"{counted(number, noun)}{'' if job.ended else ' so far'} in {output}")


def rejected_lines(api: Api, job: IngestJob) -> list[str]:
    """The lines of a job's rejected rows in its file; none if they are too many for an answer."""
    answer = api.ask("GET", f"{job_path(job.task_id)}/rejects", expect=(200, 303))
    return [f"{row['line']}" for row in rows_of(answer.text)] if answer.status == 200 else []


def rows_of(text: str) -> list[dict[str, str | int]]:
    """The rows of a list, each with its cells by column, and `line` as a number.

    A column whose name appears again after it gets its number in the row, as in `reason (7)`.
    """
    # The service takes longer cells than the csv module does by itself.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    delimiter = _DELIMITER.search(text)
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter[1] if delimiter else ",")
    names = [f"{name} ({n})" if name in header[n:] else name for n, name in enumerate(header, 1)]
    number = names.index("line")
    return [
        dict(zip(names, (int(cell) if n == number else cell for n, cell in enumerate(row)), strict=True))
        for row in rows
    ]


def _number(job: IngestJob, name: str) -> int:
    return job.rejected if name == "rejects" else job.duplicates


def _print(blocks: Iterable[bytes], terminal: Terminal, *, as_json: bool) -> None:
    if as_json:
        terminal.json({"items": rows_of(b"".join(blocks).decode())})
        return
    for block in blocks:
        sys.stdout.buffer.write(block)
    sys.stdout.buffer.flush()


def _content(api: Api, path: str) -> Iterable[bytes]:
    """The rows: the answer itself or, if they are many, what the answer redirects to."""
    answer = api.ask("GET", path, expect=(200, 303))
    return [answer.content] if answer.status == 200 else _redirected(answer)


def _redirected(answer: Answer) -> Iterator[bytes]:
    url = answer.headers.get("Location", "")
    try:
        with httpx.stream("GET", url, trust_env=not is_on_this_machine(url)) as response:
            if not response.is_success:
                raise UnexpectedAnswer(f"{answer.request} redirected to an answer {response.status_code}.")
            yield from response.iter_bytes()
    except httpx.TransportError:
        raise StackNotUp(f"{answer.request} redirected to rows that S3 does not give: try again.") from None
