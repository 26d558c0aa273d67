"""`payerworks jobs rejects`: the rejected rows as CSV, to correct and send again."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import httpx
import typer

from payerworks_cli.api import Answer, Api
from payerworks_cli.errors import BadInput, StackNotUp, UnexpectedAnswer
from payerworks_cli.intake.ingest_job import JobId, job_path, read_job
from payerworks_cli.session import StackDir, session
from payerworks_cli.stack_outputs import is_on_this_machine
from payerworks_cli.terminal import counted

Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write them to a file instead of the terminal.")
]


def rejects(job_id: JobId, output: Output = None, stack_dir: StackDir = None) -> None:
    """Get a job's rejected rows with their `line` and `reject_reason`. Corrected, they can be sent again."""
    with session(stack_dir, as_json=False) as (terminal, api):
        blocks = _content(api, job_id)
        if output is None:
            for block in blocks:
                sys.stdout.buffer.write(block)
            return
        try:
            with output.open("wb") as file:
                file.writelines(blocks)
        except OSError as error:
            raise BadInput(f"{output} cannot be written: {error.strerror}.") from error
        job = read_job(api, job_id)
        so_far = "" if job.ended else " so far"
        terminal.line(f"{counted(job.rejected, 'rejected row')}{so_far} in {output}")


def _content(api: Api, job_id: str) -> Iterable[bytes]:
    """The rejected rows: the answer itself or, if they are many, what the answer redirects to."""
    answer = api.ask("GET", f"{job_path(job_id)}/rejects", expect=(200, 303))
    return [answer.text.encode()] if answer.status == 200 else _redirected(answer)


def _redirected(answer: Answer) -> Iterator[bytes]:
    url = answer.headers.get("Location", "")
    try:
        with httpx.stream("GET", url, trust_env=not is_on_this_machine(url)) as response:
            if not response.is_success:
                raise UnexpectedAnswer(f"{answer.request} redirected to an answer {response.status_code}.")
            yield from response.iter_bytes()
    except httpx.TransportError as error:
        raise StackNotUp(f"{answer.request} redirected to rows that cannot be read: {error}.") from None
