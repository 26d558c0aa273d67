"""GET /v1/plan/search, asked and read; a part of `payerworks run` too."""

import re
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

from payerworks_cli.api import Api
from payerworks_cli.errors import TookTooLong, UnexpectedAnswer
from payerworks_cli.patience import Patience
from payerworks_cli.screen import Screen, counted
from payerworks_cli.store_plans import StoredPlan

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


def find_plans(api: Api, params: dict[str, str], patience: float = 0.0) -> Found:
    """One page of the plans that match; asked again for `patience` seconds while what `after` names is not there."""
    began = time.monotonic()
    answer = api.ask("GET", PATH, params=params, expect=(200, 504))
    while answer.status == 504:
        if time.monotonic() - began > patience:
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


class Wanted(NamedTuple):
    """A word of a service's name, and its copay."""

    word: str
    copay: str


def search_text(api: Api, plans: list[StoredPlan], screen: Screen, patience: Patience) -> int | None:
    """Search for a service of the plan that was written last, waiting for that write; how many plans were found.

    None where no plan has a service with a copay to search for.
    """
    found = [(plan, wanted) for plan in reversed(plans) if (wanted := _wanted(plan.document))]
    if not found:
        return None
    plan, (word, copay) = next((pair for pair in found if pair[0].change_token), found[0])
    params = {"q": word, "copay_lte": copay, "limit": "100"}
    if plan.change_token:
        params["after"] = plan.change_token
    with screen.part("search") as part:
        began = time.monotonic()
        answer = find_plans(api, params, patience.indexed)
        waited = time.monotonic() - began
        own = f" (read its own write: {waited:.1f} s)" if plan.change_token else ""
        if not answer.more and plan.plan_id not in [one.plan_id for one in answer.plans]:
            raise UnexpectedAnswer(f'A search for "{word}" up to ${copay} does not find plan {plan.plan_id}.')
        more = " and more" if answer.more else ""
        counts = f"{counted(len(answer.plans), 'plan')}, {counted(answer.services, 'service')}{more}"
        part.say(f'"{word}" up to a copay of ${copay}: {counts}{own}')
    return len(answer.plans)


def _wanted(plan: dict[str, Any]) -> Wanted | None:
    for service in plan.get("linkedPlanServices", ()):
        word = re.search(r"[^\W\d_]{4,}", service["linkedService"]["name"])
        copay = service["planserviceCostShares"].get("copay")
        if word and copay is not None:
            return Wanted(word[0].lower(), str(copay))
    return None
