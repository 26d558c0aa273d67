"""`payerworks plans search`: find plans by the words of their services and by amounts."""

import time
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import typer

from payerworks_cli.api import Api
from payerworks_cli.errors import TookTooLong, UnexpectedAnswer
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted, more_by

PATH = "/v1/plan/search"
MOST = 100
"""The most plans of a page."""
SERVICES = "services that match"


@dataclass(frozen=True)
class FoundPlan:
    """A plan that matches, and the names of its services that match."""

    plan_id: str
    plan_type: str
    org: str
    services: list[str]


@dataclass(frozen=True)
class FoundPlans:
    """One page of plans, whether there are more, and the answer as it came."""

    plans: list[FoundPlan]
    more: bool
    text: str

    @property
    def services(self) -> int:
        return sum(len(plan.services) for plan in self.plans)


def find_plans(api: Api, params: dict[str, str], wait_seconds: float = 0.0) -> FoundPlans:
    """One page of the plans that match; repeated for so many seconds until the write named by `after` is indexed."""
    began = time.monotonic()
    answer = api.ask("GET", PATH, params=params, expect=(200, 504))
    while answer.status == 504:
        if time.monotonic() - began > wait_seconds:
            logs = api.deployment.logs()
            raise TookTooLong(f"The index has not got as far as that write yet; try again, or see {logs}.")
        answer = api.ask("GET", PATH, params=params, expect=(200, 504))
    try:
        plans = [_plan(item) for item in answer.member("items")]
    except (KeyError, TypeError, AttributeError):
        raise UnexpectedAnswer(f"GET {PATH} was answered with an entry that is not a plan with matches.") from None
    return FoundPlans(plans, bool(answer.json().get("nextCursor")), answer.text)


def _plan(item: dict[str, Any]) -> FoundPlan:
    services = [match.get("linkedService", match).get("name", match["objectId"]) for match in item["matches"]]
    return FoundPlan(item["objectId"], item["planType"], item["_org"], services)


_Amount = Annotated[str | None, typer.Option(metavar="AMOUNT")]


def search(
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="Words of a service's name or type.")] = "",
    deductible_gte: _Amount = None,
    deductible_lte: _Amount = None,
    copay_gte: _Amount = None,
    copay_lte: _Amount = None,
    org: Annotated[str | None, typer.Option(help="Plans of this organization.")] = None,
    plan_type: Annotated[str | None, typer.Option(help="inNetwork, outOfNetwork or another.")] = None,
    plan: Annotated[str | None, typer.Option(metavar="ID", help="Search in this plan alone.")] = None,
    id_prefix: Annotated[str | None, typer.Option(metavar="TEXT", help="Plans whose ids begin with this.")] = None,
    level: Annotated[
        Literal["plan", "service"] | None,
        typer.Option(metavar="LEVEL", help="plan or service: whose cost shares the amounts are."),
    ] = None,
    after: Annotated[str | None, typer.Option(metavar="TOKEN", help="Wait for the write of this Change-Token.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="How many plans to show.")] = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Find plans whose services match words and amounts, the best match first.

    Example: payerworks plans search "specialist visit" --copay-lte 50
    """
    given = {
        "q": text or None,
        "deductible_gte": deductible_gte,
        "deductible_lte": deductible_lte,
        "copay_gte": copay_gte,
        "copay_lte": copay_lte,
        "_org": org,
        "planType": plan_type,
        "plan": plan,
        "objectId_prefix": id_prefix,
        "level": level,
        "after": after,
    }
    params = {name: value for name, value in given.items() if value is not None}
    with session(target, as_json=as_json) as (terminal, api):
        page = find_plans(api, params | {"limit": str(limit)})
        if as_json:
            print(page.text)
            return
        rows = [(plan.plan_id, plan.plan_type, plan.org, ", ".join(plan.services)) for plan in page.plans]
        terminal.table(("plan", "type", "organization", SERVICES), rows, texts=("organization", SERVICES))
        more = ("; more match" if limit == MOST else more_by(MOST)) if page.more else ""
        terminal.line(f"{counted(len(page.plans), 'plan')}, {counted(page.services, 'service')}{more}")
