"""`payerworks claims top`: the providers with the highest total net fees."""

from typing import Annotated

import typer

from payerworks_cli.claims.top_providers import ask_top, tell_top
from payerworks_cli.session import AsJson, StackDir, session


def top(
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many providers.")] = 10,
    stack_dir: StackDir = None,
    as_json: AsJson = False,
) -> None:
    """List the providers with the highest total net fees. It may be asked ten times a minute."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        found = ask_top(api, limit)
        if as_json:
            terminal.json({"items": [total.model_dump() for total in found]})
            return
        tell_top(found, terminal)
