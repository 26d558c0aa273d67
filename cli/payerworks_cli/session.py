"""What the commands that call the API share: their options, the session they run in, and how answers are shown."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from payerworks_cli.answer import Answer
from payerworks_cli.api import Api
from payerworks_cli.errors import advising
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target, find_deployment
from payerworks_cli.terminal import Terminal, command_terminal

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@contextmanager
def session(target: Target, *, as_json: bool) -> Iterator[tuple[Terminal, Api]]:
    """The terminal, and the API of a deployment after logging in; a failure within prints as one sentence."""
    with command_terminal(as_json=as_json) as terminal:
        terminal.deployment = find_deployment(target)
        with Api(terminal.deployment, terminal.note) as api:
            api.log_in()
            yield terminal, api


def show_answer(
    method: str,
    path: str,
    show: Callable[[Answer, Terminal], None],
    target: Target,
    *,
    as_json: bool,
    if_missing: Callable[[Api, Terminal], str] = lambda *_: "",
    **request: Any,
) -> None:
    """Send one request and show its answer: by `show`, or as it came with --json.

    `if_missing` makes the sentence that says what to do about an answer 404.
    """
    with session(target, as_json=as_json) as (terminal, api):
        with advising(404, advice=lambda: if_missing(api, terminal)):
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
    rows = [(step.step, second(step.at), step.detail) for step in steps]
    terminal.table(("step", "at", "detail"), rows, texts=("detail",))
