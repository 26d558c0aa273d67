"""Events and plans for the benchmarks, made from the examples in `events/`."""

import json
from typing import Any

from localstack.layout import ROOT


def event_of(name: str, tenant: str, **members: Any) -> dict[str, Any]:
    """The event in `events/<name>.json`, called by somebody of the tenant."""
    event: dict[str, Any] = json.loads((ROOT / f"events/{name}.json").read_text())
    event["requestContext"]["authorizer"]["tenant"] = tenant
    return event | members


def large_plan(plan: dict[str, Any], plan_id: str, service: dict[str, Any], services: int) -> dict[str, Any]:
    """A plan with another id and so many services, made from one."""
    text = json.dumps(service)
    made = [json.loads(text) for _ in range(services)]
    for number, each in enumerate(made):
        each["objectId"] = f"service-{number}"
        each["linkedService"]["objectId"] = f"linked-{number}"
        each["planserviceCostShares"]["objectId"] = f"shares-{number}"
    return plan | {"objectId": plan_id, "linkedPlanServices": made}
