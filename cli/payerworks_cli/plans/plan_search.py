"""GET /v1/plan/search as commands call and read it."""

import time
from dataclasses import dataclass
from typing import Any

from payerworks_cli.api import Api
from payerworks_cli.errors import TookTooLong, UnexpectedAnswer

PATH = "/v1/plan/search"


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


def find_plans(api: Api, params: dict[str, str], patience_seconds: float = 0.0) -> FoundPlans:
    """One page of the plans that match; repeated for so many seconds until the write named by `after` is indexed."""
    began = time.monotonic()
    answer = api.ask("GET", PATH, params=params, expect=(200, 504))
    while answer.status == 504:
        if time.monotonic() - began > patience_seconds:
            raise TookTooLong("The index has not got as far as that write yet; try again, or see `make logs`.")
        answer = api.ask("GET", PATH, params=params, expect=(200, 504))
    try:
        plans = [_plan(item) for item in answer.member("items")]
    except (KeyError, TypeError, AttributeError):
        raise UnexpectedAnswer(f"GET {PATH} was answered with an entry that is not a plan with matches.") from None
    return FoundPlans(plans, bool(answer.json().get("nextCursor")), answer.text)


def _plan(item: dict[str, Any]) -> FoundPlan:
    services = [match.get("linkedService", match).get("name", match["objectId"]) for match in item["matches"]]
    return FoundPlan(item["objectId"], item["planType"], item["_org"], services)
