"""Plans that several tests use."""

import json
from typing import Any

from tests.unit.conftest import api_event

PLAN: dict[str, Any] = json.loads(api_event("plans/create_plan")["body"])


def changed(**members: Any) -> dict[str, Any]:
    """The plan of the events with other members."""
    return PLAN | members


def large_plan(count: int) -> dict[str, Any]:
    """A plan with so many linked services."""

    def service(number: int) -> dict[str, Any]:
        copied: dict[str, Any] = json.loads(json.dumps(PLAN["linkedPlanServices"][0]))
        for holder in (copied, copied["linkedService"], copied["planserviceCostShares"]):
            holder["objectId"] = f"{holder['objectId']}-{number}"
        return copied

    return changed(linkedPlanServices=[service(number) for number in range(count)])
