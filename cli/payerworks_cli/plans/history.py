"""`payerworks plans history`: the changes of a plan, newest first."""

import itertools
from typing import Annotated

import typer

from payerworks_cli.plans.plan_history import changes
from payerworks_cli.session import AsJson, StackDir, session


def history(
    plan_id: Annotated[str, typer.Argument(metavar="ID", help="The plan's id; a deleted plan has a history too.")],
    limit: Annotated[int, typer.Option(min=1, help="How many changes to show.")] = 20,
    stack_dir: StackDir = None,
    as_json: AsJson = False,
) -> None:
    """Show who changed a plan, when, and how many of its objects."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        shown = list(itertools.islice(changes(api, plan_id, limit), limit))
        if as_json:
            terminal.json({"items": [change.model_dump(by_alias=True) for change in shown]})
            return
        terminal.line(f"Plan {plan_id}", style="bold")
        rows = [
            (
                change.operation,
                f"{change.version}",
                change.at,
                change.by,
                change.request_id,
                f"{change.changed_count:,}",
            )
            for change in shown
        ]
        terminal.table(("operation", "version", "at", "by", "request", "changed"), rows)
