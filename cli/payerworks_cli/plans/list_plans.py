"""`payerworks plans list`: the plans, by id."""

from typing import Annotated

import typer
from pydantic import BaseModel, Field

from payerworks_cli.plans.plan_write import PLANS
from payerworks_cli.session import AsJson, session
from payerworks_cli.shown_values import day
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted, more_by


class PlanSummary(BaseModel, extra="allow"):
    """An entry of GET /v1/plan; other members are kept."""

    object_id: str = Field(alias="objectId")
    plan_type: str = Field(alias="planType")
    creation_date: str = Field(alias="creationDate")
    org: str = Field(alias="_org")
    service_count: int = Field(alias="serviceCount")


def list_plans(
    org: Annotated[str | None, typer.Option(help="Plans of this organization.")] = None,
    plan_type: Annotated[str | None, typer.Option(help="inNetwork, outOfNetwork or another.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List plans by id, from the table: what was just written is there.

    Example: payerworks plans list --plan-type inNetwork --limit 100
    """
    with session(target, as_json=as_json) as (terminal, api):
        found = list(api.items(PLANS, PlanSummary, {"_org": org, "planType": plan_type}, limit + 1))
        shown, more = found[:limit], len(found) > limit
        terminal.json({"items": [plan.model_dump(by_alias=True) for plan in shown], "more": more})
        rows = [
            (plan.object_id, plan.plan_type, day(plan.creation_date), f"{plan.service_count:,}", plan.org)
            for plan in shown
        ]
        terminal.table(("plan", "type", "created", "services", "organization"), rows, texts=("type", "organization"))
        terminal.line(f"{counted(len(shown), 'plan')}{more_by(10 * limit) if more else ''}")
