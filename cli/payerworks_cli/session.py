"""What the commands that ask the API share: their options, and the session they work in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from payerworks_cli.api import Api
from payerworks_cli.stack_outputs import read_stack, stack_folder
from payerworks_cli.terminal import Terminal, one_sentence_on_failure

StackDir = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Where the stack's outputs.json is; .local, or .local-$STACK if that is set."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@contextmanager
def session(stack_dir: Path | None, *, as_json: bool) -> Iterator[tuple[Terminal, Api]]:
    """A terminal, and the API as the stack's administrator; a failure within is told in one sentence."""
    terminal = Terminal(quiet=as_json)
    with (
        one_sentence_on_failure(terminal if as_json else None),
        Api(read_stack(stack_dir or stack_folder()), terminal.line) as api,
    ):
        api.log_in()
        yield terminal, api
