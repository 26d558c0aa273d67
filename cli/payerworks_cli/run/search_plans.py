"""Search for the plans, and compare what the search index holds with what is stored."""

import re
import time
from typing import Any

from payerworks_cli.api import Api
from payerworks_cli.errors import ApiProblem, TookTooLong, UnexpectedAnswer
from payerworks_cli.plans.get import plan_path
from payerworks_cli.plans.search import FoundPlans, find_plans
from payerworks_cli.run.store_plans import StoredPlan
from payerworks_cli.search.drift import run_drift_check
from payerworks_cli.terminal import Say, Terminal, counted
from payerworks_cli.timeouts import Timeouts

MAX_COMPARED = 20


def search_text(api: Api, plans: list[StoredPlan], terminal: Terminal, timeouts: Timeouts) -> int | None:
    """Search for a service of the plan written last, waiting for that write; the number of plans found.

    None if no plan has a service with a copay to search for.
    """
    searchable = [(plan, terms) for plan in reversed(plans) if (terms := _search_terms(plan.document))]
    if not searchable:
        return None
    plan, (word, copay) = next((pair for pair in searchable if pair[0].change_token), searchable[0])
    params = {"q": word, "copay_lte": copay, "limit": "100"}
    if plan.change_token:
        params["after"] = plan.change_token
    with terminal.part("search") as say:
        began = time.monotonic()
        page = _found(api, params, plan.plan_id, timeouts)
        waited = time.monotonic() - began
        own_write = f" (read its own write: {waited:.1f} s)" if plan.change_token else ""
        if not page.more and plan.plan_id not in [found.plan_id for found in page.plans]:
            raise UnexpectedAnswer(f'A search for "{word}" up to ${copay} does not find plan {plan.plan_id}.')
        counts = f"{counted(len(page.plans), 'plan')}, {counted(page.services, 'service')}"
        say(f'"{word}" up to a copay of ${copay}: {counts}{" and more" if page.more else ""}{own_write}')
    return len(page.plans)


def _found(api: Api, params: dict[str, str], plan_id: str, timeouts: Timeouts) -> FoundPlans:
    """The plans that match; without a search engine, the plan itself if it does."""
    try:
        return find_plans(api, params, timeouts.indexed)
    except ApiProblem as problem:
        if not problem.needs_engine:
            raise
        return find_plans(api, params | {"plan": plan_id}, timeouts.indexed)


def compare_plans(api: Api, plans: list[StoredPlan], terminal: Terminal, timeouts: Timeouts) -> int:
    """Wait until the index holds each plan, of many the first 20, as it is stored; the number compared."""
    with terminal.part("index") as say:
        for plan in plans[:MAX_COMPARED]:
            _compare(api, plan, say, timeouts)
        if len(plans) > MAX_COMPARED:
            say(f"the first {MAX_COMPARED} of {len(plans):,} plans were searched for")
    return min(len(plans), MAX_COMPARED)


def check_drift(api: Api, terminal: Terminal, timeouts: Timeouts) -> int:
    """Check until the index agrees with the table; the number of plans checked. Raises TookTooLong."""
    with terminal.part("drift") as say:
        try:
            checked = _agreeing(api, terminal, timeouts)
        except ApiProblem as problem:
            if not problem.needs_engine:
                raise
            say("searches read the tables: there is no index to compare")
            return 0
        say(f"{counted(checked, 'plan')} checked: none missing, stale or orphaned in the index")
    return checked


def _agreeing(api: Api, terminal: Terminal, timeouts: Timeouts) -> int:
    began = time.monotonic()
    while (check := run_drift_check(api, timeouts)).count:
        if time.monotonic() - began > timeouts.indexed:
            counts = ", ".join(f"{finding.count:,} {kind}" for kind, finding in check.findings.items())
            raise TookTooLong(
                f"The index differs from the table ({counts}); `{terminal.command('search drift --repair')}`."
            )
        time.sleep(timeouts.poll)
    return check.checked


def _search_terms(plan: dict[str, Any]) -> tuple[str, str] | None:
    """A word of a service's name, and the service's copay."""
    for service in plan.get("linkedPlanServices", ()):
        word = re.search(r"[^\W\d_]{4,}", service["linkedService"]["name"])
        copay = service["planserviceCostShares"].get("copay")
        if word and copay is not None:
            return word[0].lower(), str(copay)
    return None


def _compare(api: Api, plan: StoredPlan, say: Say, timeouts: Timeouts) -> None:
    logs = api.deployment.logs()
    path = plan_path(plan.plan_id).replace("/v1/plan/", "/v1/plan/es_plan/")
    failure = f"GET {path} did not show plan {plan.plan_id} as stored"
    waited = timeouts.wait_until_indexed(lambda: _indexed_plan(api, path) == plan.document, lambda: failure, logs)
    query = {"id": plan.plan_id, "plan": plan.plan_id}
    timeouts.wait_until_indexed(
        lambda: bool(_objects(api, query)), lambda: f"es_data?id={plan.plan_id} found nothing", logs
    )
    expected = len(plan.document.get("linkedPlanServices", ())) + bool(plan.document.get("planCostShares"))
    children = counted(expected, "child", "children")
    failure_of_children = f"es_data?id={plan.plan_id}&parent_type=plan did not list its {children}"
    timeouts.wait_until_indexed(
        lambda: len(_objects(api, query | {"parent_type": "plan"})) == expected, lambda: failure_of_children, logs
    )
    say(
        f"plan {plan.plan_id}: found in the index after {waited:.1f} s of asking, equal to the stored plan, "
        f"with {children}"
    )


def _indexed_plan(api: Api, path: str) -> Any:
    answer = api.ask("GET", path, expect=(200, 404))
    return answer.json() if answer.status == 200 else None


def _objects(api: Api, query: dict[str, str]) -> list[Any]:
    return list(api.items("/v1/plan/es_data", dict[str, Any], query, expect=(200, 404)))
