"""GET /v1/plan/search, asked and read; a part of `payerworks run` too."""

import time
from dataclasses import dataclass
from typing import Any

from payerworks_cli.api import Api
from payerworks_cli.errors import TookTooLong, UnexpectedAnswer

PATH = "/v1/plan/search"


@dataclass(frozen=True)
class FoundPlan:
    """A plan that was found, and the names of its services that match."""

    plan_id: str
    plan_type: str
    org: str
    services: list[str]


@dataclass(frozen=True)
class Found:
    """The plans of one page, whether there are more, and the answer as it came."""

    plans: list[FoundPlan]
    more: bool
    text: str

    @property
    def services(self) -> int:
        return sum(len(plan.services) for plan in self.plans)


def find_plans(api: Api, params: dict[str, str], timeouts: float = 0.0) -> Found:
    """One page of the plans that match; asked again for `timeouts` seconds while what `after` names is not there."""
    began = time.monotonic()
    answer = api.ask("GET", PATH, params=params, expect=(200, 504))
    while answer.status == 504:
        if time.monotonic() - began > timeouts:
            raise TookTooLong("The index has not got as far as that write yet; try again, or see `make logs`.")
        answer = api.ask("GET", PATH, params=params, expect=(200, 504))
    try:
        plans = [_plan(item) for item in answer.member("items")]
    except (KeyError, TypeError, AttributeError):
        raise UnexpectedAnswer(f"GET {PATH} came with an entry that is no plan with its matches.") from None
    return Found(plans, bool(answer.json().get("nextCursor")), answer.text)


def _plan(item: dict[str, Any]) -> FoundPlan:
    services = [match.get("linkedService", match).get("name", match["objectId"]) for match in item["matches"]]
    return FoundPlan(item["objectId"], item["planType"], item["_org"], services)
