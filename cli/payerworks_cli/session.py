"""What the commands that call the API share: their options, the session they run in, and how answers are shown."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from payerworks_cli.api import Answer, Api
from payerworks_cli.stack_outputs import read_stack
from payerworks_cli.terminal import Terminal, command_terminal

StackDir = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The folder of the stack's outputs.json; .local, or .local-$STACK if set."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@contextmanager
def session(stack_dir: Path | None, *, as_json: bool) -> Iterator[tuple[Terminal, Api]]:
    """The terminal, and the API called as the stack's administrator; a failure within prints as one sentence."""
    with command_terminal(as_json=as_json) as terminal, Api(read_stack(stack_dir), terminal.line) as api:
        api.log_in()
        yield terminal, api


def show_answer(
    method: str,
    path: str,
    show: Callable[[Answer, Terminal], None],
    stack_dir: Path | None,
    *,
    as_json: bool,
    **request: Any,
) -> None:
    """Send one request and show its answer: by `show`, or as it came with --json."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        answer = api.ask(method, path, **request)
        if as_json:
            print(answer.text)
        else:
            show(answer, terminal)


class Step(BaseModel):
    """Something that happened to a job or a payment, and when."""

    step: str
    at: str
    detail: str


def show_steps(steps: Sequence[Step], terminal: Terminal) -> None:
    """The steps as a table."""
    terminal.table(("step", "at", "detail"), [(step.step, step.at, step.detail) for step in steps])
