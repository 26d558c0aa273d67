"""Find the plans in the search index and compare them with what is stored."""

import time
from collections.abc import Callable
from typing import Any

from payerworks_cli.api import Api
from payerworks_cli.errors import TookTooLong
from payerworks_cli.patience import Patience
from payerworks_cli.screen import Part, Screen, counted
from payerworks_cli.store_plans import StoredPlan, plan_path

PLANS_SEARCHED = 20
EMPTY: dict[str, Any] = {}


def search_plans(api: Api, plans: list[StoredPlan], screen: Screen, patience: Patience) -> int:
    """Wait until each plan (of many, the first 20) is found as it is stored; tells how many were."""
    with screen.part("index") as part:
        for plan in plans[:PLANS_SEARCHED]:
            _search_plan(api, plan, part, patience)
        if len(plans) > PLANS_SEARCHED:
            part.say(f"the first {PLANS_SEARCHED} of {len(plans):,} plans were searched for")
    return min(len(plans), PLANS_SEARCHED)


def _search_plan(api: Api, plan: StoredPlan, part: Part, patience: Patience) -> None:
    path = plan_path(plan.plan_id).replace("/v1/plan/", "/v1/plan/es_plan/")
    waited = _until(
        lambda: _found(api, path) == plan.document, patience, f"GET {path} did not show plan {plan.plan_id} as stored"
    )
    query = {"id": plan.plan_id}
    _until(lambda: bool(_objects(api, query)), patience, f"es_data?id={plan.plan_id} found nothing")
    expected = len(plan.document.get("linkedPlanServices", ())) + bool(plan.document.get("planCostShares"))
    children = query | {"parent_type": "plan"}
    _until(
        lambda: len(_objects(api, children)) == expected,
        patience,
        f"es_data?id={plan.plan_id}&parent_type=plan did not list its {counted(expected, 'child', 'children')}",
    )
    part.say(
        f"plan {plan.plan_id}: found in the index after {waited:.1f} s of asking, equal to the stored plan, "
        f"with {counted(expected, 'child', 'children')}"
    )


def _until(holds: Callable[[], bool], patience: Patience, otherwise: str) -> float:
    """Ask until something holds and return the seconds it took; raises TookTooLong with `otherwise`."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > patience.indexed:
            raise TookTooLong(
                f"{otherwise} within {patience.indexed:.0f} s; the search index follows the table: `make logs`."
            )
        time.sleep(patience.look)
    return time.monotonic() - began


def _found(api: Api, path: str) -> dict[str, Any]:
    answer = api.ask("GET", path, expect=(200, 404))
    found: dict[str, Any] = answer.json() if answer.status == 200 else EMPTY
    return found


def _objects(api: Api, query: dict[str, str]) -> list[Any]:
    return list(api.items("/v1/plan/es_data", expect=(200, 404), params=query))
