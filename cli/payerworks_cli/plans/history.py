"""`payerworks plans history`: the changes of a plan, newest first."""

from collections.abc import Iterator
from typing import Annotated

import typer
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from payerworks_cli.api import Api
from payerworks_cli.plans.get import plan_path
from payerworks_cli.session import AsJson, session
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target


class PlanChange(BaseModel, alias_generator=to_camel, extra="allow"):
    """An entry of GET /v1/plan/{id}/history."""

    version: int
    operation: str
    at: str
    by: str
    request_id: str
    changed_count: int


def changes(api: Api, plan_id: str, limit: int) -> Iterator[PlanChange]:
    """The changes of a plan, newest first, `limit` at most."""
    return api.items(f"{plan_path(plan_id)}/history", PlanChange, {}, limit)


def history(
    plan_id: Annotated[str, typer.Argument(metavar="ID", help="The plan's id; a deleted plan has a history too.")],
    limit: Annotated[int, typer.Option(min=1, help="How many changes to show.")] = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Show who changed a plan, when, and how many of its objects.

    Example: payerworks plans history sbc-plan-7 --limit 5
    """
    with session(target, as_json=as_json) as (terminal, api):
        shown = list(changes(api, plan_id, limit))
        terminal.json({"items": [change.model_dump(by_alias=True) for change in shown]})
        terminal.line(f"Plan {plan_id}", style="bold")
        rows = [
            (change.operation, f"{change.version}", second(change.at), change.by, f"{change.changed_count:,}")
            for change in shown
        ]
        terminal.table(("operation", "version", "at", "by", "changed"), rows, spare=("changed",))
