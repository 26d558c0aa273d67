"""A burst on a freshly started stack: eight clients call at once, each in sequence, and every worker starts cold."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bench.figures import ROUNDS, Row
from localstack.layout import ROOT
from localstack.servers import KEYS
from localstack.stack import Stack

CLIENTS = 8
LIMIT = 3.0
PLAN: dict[str, Any] = json.loads(json.loads((ROOT / "events/plans/create_plan.json").read_text())["body"])


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """The 99th percentile of a call's duration in seconds, and the calls per second; restarts the bench stack."""
    stack = Stack("bench", say=lambda _: None)
    stack.stop(*KEYS)
    percentiles, rates = [], []
    for _ in range(ROUNDS):
        _start_cold(stack)
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as clients:
            calls = list(clients.map(lambda _: _calls(outputs), range(CLIENTS)))
        rates.append(sum(map(len, calls)) / (time.monotonic() - began))
        seconds = sorted(duration for durations in calls for duration in durations)
        percentiles.append(seconds[len(seconds) * 99 // 100])
    yield Row(f"burst of {CLIENTS} clients on cold functions, 99th percentile", percentiles, LIMIT, "s")
    yield Row(f"burst of {CLIENTS} clients on cold functions, answers per second", rates)


def _start_cold(stack: Stack) -> None:
    """Restart every server. A killed emulator starts with the state that it saved at its last clean stop."""
    stack.kill(*KEYS)
    stack.start(*KEYS)


def _calls(outputs: dict[str, Any]) -> list[float]:
    """One client's calls; the duration of each in seconds."""
    plan_id = f"burst-{uuid.uuid4().hex}"
    seconds = []
    with httpx.Client(base_url=outputs["api_url"], timeout=60) as api:

        def timed(call: Callable[..., httpx.Response], path: str, **options: Any) -> httpx.Response:
            began = time.monotonic()
            answer = call(path, **options)
            seconds.append(time.monotonic() - began)
            if answer.status_code >= 400 and not (answer.status_code == 404 and "es_plan" in path):
                raise SystemExit(f"{path} answered {answer.status_code}: {answer.text[:500]}")
            return answer

        login = timed(api.post, "/auth/login", json=outputs["admin"])
        api.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
        timed(api.post, "/v1/plan", json=PLAN | {"objectId": plan_id})
        timed(api.get, f"/v1/plan/{plan_id}")
        timed(api.patch, f"/v1/plan/{plan_id}", json={"planType": "outOfNetwork"})
        timed(api.get, "/v1/plan/search", params={"q": "glaucoma"})
        # 404 is fine: the plan may not be indexed yet.
        timed(api.get, f"/v1/plan/es_plan/{plan_id}")
    return seconds
