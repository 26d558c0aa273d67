"""CPU of a JSON Patch of 4 MB on a plan of 5,000 services, from the event to the answer."""

import json
import time
from collections.abc import Iterator
from typing import Any

from bench.built_code import measured, report
from bench.examples import large_plan
from bench.figures import ROUNDS, Row
from localstack.layout import ROOT

SERVICES = 5_000
BYTES = 4_000_000
LIMIT = 3.0


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """One row: the CPU seconds."""
    figures = measured(outputs, "bench.patched_plan")
    yield Row(f"JSON Patch of {BYTES // 10**6} MB on {SERVICES:,} services", figures, LIMIT, unit="s")


def measure() -> list[float]:
    """The CPU seconds of each round."""
    from plans import create_plan, patch_plan

    create_event = json.loads((ROOT / "events/plans/create_plan.json").read_text())
    plan = json.loads(create_event["body"])
    service = plan["linkedPlanServices"][0]
    create_event["body"] = json.dumps(large_plan(plan, "bench-patched-plan", service, SERVICES))
    if create_plan.handler(create_event, None)["statusCode"] not in (201, 409):
        raise SystemExit("the plan could not be created")
    event = json.loads((ROOT / "events/plans/patch_plan.json").read_text())
    event["headers"]["Content-Type"] = "application/json-patch+json"
    event["pathParameters"]["id"] = "bench-patched-plan"
    figures = []
    for number in range(ROUNDS):
        event["body"] = json.dumps(operations(number), separators=(",", ":"))
        began = time.process_time()
        answer = patch_plan.handler(event, None)
        figures.append(time.process_time() - began)
        if answer["statusCode"] != 200:
            raise SystemExit(f"the plan could not be patched: {answer['body'][:1000]}")
    return figures


def operations(seed: int) -> list[dict[str, Any]]:
    """Operations of BYTES: each service is changed and moved to the place of another, again and again."""
    changes: list[dict[str, Any]] = []
    size = number = 0
    while size < BYTES:
        service = f"/linkedPlanServices/service-{number % SERVICES}"
        place = f"/linkedPlanServices/service-{(number * 7 + 3) % SERVICES}"
        pair: list[dict[str, Any]] = [
            {"op": "replace", "path": f"{service}/planserviceCostShares/copay", "value": number + seed},
            {"op": "move", "from": service, "path": place},
        ]
        size += len(json.dumps(pair, separators=(",", ":")))
        changes += pair
        number += 1
    return changes


if __name__ == "__main__":
    report(measure)
