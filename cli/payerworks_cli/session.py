"""What the commands that ask the API share: their options, and the session they work in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from payerworks_cli.api import Api
from payerworks_cli.screen import Screen, one_sentence_on_failure
from payerworks_cli.stack import read_stack, stack_folder

StackDir = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Where the stack's outputs.json is; .local, or .local-$STACK if that is set."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@contextmanager
def session(stack_dir: Path | None, *, as_json: bool) -> Iterator[tuple[Screen, Api]]:
    """A screen, and the API as the stack's administrator; a failure within is told in one sentence."""
    screen = Screen(quiet=as_json)
    with (
        one_sentence_on_failure(screen if as_json else None),
        Api(read_stack(stack_dir or stack_folder()), screen.line) as api,
    ):
        api.log_in()
        yield screen, api
