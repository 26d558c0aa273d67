"""Find the plans in the search index and compare them with what is stored."""

import re
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from payerworks_cli.api import Api
from payerworks_cli.errors import TookTooLong, UnexpectedAnswer
from payerworks_cli.plans.plan_path import plan_path
from payerworks_cli.plans.plan_search import find_plans
from payerworks_cli.run.store_plans import StoredPlan
from payerworks_cli.terminal import Part, Terminal, counted
from payerworks_cli.timeouts import Timeouts

PLANS_SEARCHED = 20
EMPTY: dict[str, Any] = {}


def search_plans(api: Api, plans: list[StoredPlan], terminal: Terminal, timeouts: Timeouts) -> int:
    """Wait until each plan (of many, the first 20) is found as it is stored; tells how many were."""
    with terminal.part("index") as part:
        for plan in plans[:PLANS_SEARCHED]:
            _search_plan(api, plan, part, timeouts)
        if len(plans) > PLANS_SEARCHED:
            part.say(f"the first {PLANS_SEARCHED} of {len(plans):,} plans were searched for")
    return min(len(plans), PLANS_SEARCHED)


def _search_plan(api: Api, plan: StoredPlan, part: Part, timeouts: Timeouts) -> None:
    path = plan_path(plan.plan_id).replace("/v1/plan/", "/v1/plan/es_plan/")
    waited = _until(
        lambda: _found(api, path) == plan.document, timeouts, f"GET {path} did not show plan {plan.plan_id} as stored"
    )
    query = {"id": plan.plan_id}
    _until(lambda: bool(_objects(api, query)), timeouts, f"es_data?id={plan.plan_id} found nothing")
    expected = len(plan.document.get("linkedPlanServices", ())) + bool(plan.document.get("planCostShares"))
    children = query | {"parent_type": "plan"}
    _until(
        lambda: len(_objects(api, children)) == expected,
        timeouts,
        f"es_data?id={plan.plan_id}&parent_type=plan did not list its {counted(expected, 'child', 'children')}",
    )
    part.say(
        f"plan {plan.plan_id}: found in the index after {waited:.1f} s of asking, equal to the stored plan, "
        f"with {counted(expected, 'child', 'children')}"
    )


def _until(holds: Callable[[], bool], timeouts: Timeouts, otherwise: str) -> float:
    """Ask until something holds and return the seconds it took; raises TookTooLong with `otherwise`."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > timeouts.indexed:
            raise TookTooLong(
                f"{otherwise} within {timeouts.indexed:.0f} s; the search index follows the table: `make logs`."
            )
        time.sleep(timeouts.look)
    return time.monotonic() - began


def _found(api: Api, path: str) -> dict[str, Any]:
    answer = api.ask("GET", path, expect=(200, 404))
    found: dict[str, Any] = answer.json() if answer.status == 200 else EMPTY
    return found


def _objects(api: Api, query: dict[str, str]) -> list[Any]:
    return list(api.items("/v1/plan/es_data", expect=(200, 404), params=query))


class Wanted(NamedTuple):
    """A word of a service's name, and its copay."""

    word: str
    copay: str


def search_text(api: Api, plans: list[StoredPlan], terminal: Terminal, timeouts: Timeouts) -> int | None:
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
    with terminal.part("search") as part:
        began = time.monotonic()
        answer = find_plans(api, params, timeouts.indexed)
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
