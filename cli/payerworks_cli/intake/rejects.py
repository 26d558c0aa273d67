"""`payerworks jobs rejects`: the rows that were rejected, as CSV to correct and send again."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import httpx
import typer

from payerworks_cli.api import Answer, Api
from payerworks_cli.errors import BadInput, StackNotUp, UnexpectedAnswer
from payerworks_cli.intake.ingest_job import job_path, read_job
from payerworks_cli.intake.show import JobId
from payerworks_cli.session import StackDir, session
from payerworks_cli.stack_outputs import is_on_this_machine
from payerworks_cli.terminal import counted

Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; without it, print them.")
]


def rejects(job_id: JobId, output: Output = None, stack_dir: StackDir = None) -> None:
    """Get a job's rejected rows: their own columns, `line` and `reject_reason`. Corrected, they can be sent again."""
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
    """The list, which comes as the answer or, when it is large, from where the answer points to."""
    answer = api.ask("GET", f"{job_path(job_id)}/rejects", expect=(200, 303))
    return [answer.text.encode()] if answer.status == 200 else _elsewhere(answer)


def _elsewhere(answer: Answer) -> Iterator[bytes]:
    url = answer.headers.get("Location", "")
    try:
        with httpx.stream("GET", url, trust_env=not is_on_this_machine(url)) as found:
            if not found.is_success:
                raise UnexpectedAnswer(f"{answer.request} pointed to a list that was answered {found.status_code}.")
            yield from found.iter_bytes()
    except httpx.TransportError as error:
        raise StackNotUp(f"{answer.request} pointed to a list that cannot be had: {error}.") from None
