"""Time from POST /v1/plan until es_plan finds the plan, for 500 plans and four clients."""

import json
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bench.figures import Row
from bench.tokens import access_token
from localstack.layout import ROOT

PLANS = 500
CLIENTS = 4
LIMIT = 3.0


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """The median and the 99th percentile, in seconds."""
    plan = json.loads(json.loads((ROOT / "events/plans/create_plan.json").read_text())["body"])
    headers = {"Authorization": f"Bearer {access_token(outputs)}"}
    run = f"lag-{time.time():.0f}"
    with httpx.Client(base_url=outputs["api_url"], headers=headers, timeout=60) as client:

        def lag(number: int) -> float:
            plan_id = f"{run}-{number}"
            began = time.monotonic()
            client.post("/v1/plan", json=plan | {"objectId": plan_id}).raise_for_status()
            while client.get(f"/v1/plan/es_plan/{plan_id}").status_code != 200:
                time.sleep(0.05)
            return time.monotonic() - began

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lag, range(-8, 0)))  # start the functions
            seconds = sorted(pool.map(lag, range(PLANS)))
    yield Row(f"POST until found by es_plan, median of {PLANS}", [statistics.median(seconds)], unit="s")
    yield Row(f"POST until found by es_plan, 99th percentile of {PLANS}", [seconds[PLANS * 99 // 100]], LIMIT, "s")
