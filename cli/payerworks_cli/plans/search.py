"""`payerworks plans search`: find plans by the words of their services and by amounts."""

from typing import Annotated

import typer

from payerworks_cli.plans.plan_search import find_plans
from payerworks_cli.session import AsJson, StackDir, session
from payerworks_cli.terminal import counted

_Amount = Annotated[str | None, typer.Option(metavar="AMOUNT")]


def search(
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="Words of a service's name or type.")] = "",
    deductible_gte: _Amount = None,
    deductible_lte: _Amount = None,
    copay_gte: _Amount = None,
    copay_lte: _Amount = None,
    org: Annotated[str | None, typer.Option(help="Plans of this organization.")] = None,
    plan_type: Annotated[str | None, typer.Option(help="inNetwork, outOfNetwork or another.")] = None,
    level: Annotated[
        str | None, typer.Option(help="plan: the amounts are those of the plan's own cost shares.")
    ] = None,
    after: Annotated[str | None, typer.Option(metavar="TOKEN", help="Wait for the write of this Change-Token.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many plans to show.")] = 20,
    stack_dir: StackDir = None,
    as_json: AsJson = False,
) -> None:
    """Find plans whose services match words and amounts, the best match first."""
    given = {
        "q": text or None,
        "deductible_gte": deductible_gte,
        "deductible_lte": deductible_lte,
        "copay_gte": copay_gte,
        "copay_lte": copay_lte,
        "_org": org,
        "planType": plan_type,
        "level": level,
        "after": after,
    }
    params = {name: value for name, value in given.items() if value is not None}
    with session(stack_dir, as_json=as_json) as (terminal, api):
        page = find_plans(api, params | {"limit": str(limit)})
        if as_json:
            print(page.text)
            return
        rows = [(plan.plan_id, plan.plan_type, plan.org, ", ".join(plan.services)) for plan in page.plans]
        terminal.table(("plan", "type", "organization", "services that match"), rows)
        more = ", and there are more" if page.more else ""
        terminal.line(f"{counted(len(page.plans), 'plan')}, {counted(page.services, 'service')}{more}")
