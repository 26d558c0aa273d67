"""`payerworks claims top`: the providers with the highest total net fees."""

from typing import Annotated

import typer

from payerworks_cli.claims.top_providers import read_top, show_top
from payerworks_cli.session import AsJson, StackDir, session


def top(
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many providers.")] = 10,
    stack_dir: StackDir = None,
    as_json: AsJson = False,
) -> None:
    """List the providers with the highest total net fees. The service allows ten calls a minute."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        totals = read_top(api, limit)
        if as_json:
            terminal.json({"items": [total.model_dump() for total in totals]})
            return
        show_top(totals, terminal)
