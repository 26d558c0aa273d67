"""CPU of a warm GET of a plan from the cache, compared with a bare Redis GET plus parsing the event."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.built_code import measured, report
from bench.figures import ROUNDS, Row
from localstack.layout import ROOT

CALLS = 2000
LIMIT = 2.0


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """One row: the ratio of the two."""
    figures = measured(outputs, "bench.cached_plan")
    yield Row("warm GET plan from cache / bare Redis GET and event", figures, LIMIT)


def measure() -> list[float]:
    """The ratio in each round."""
    import redis

    from payerworks.settings import settings
    from plans import create_plan, get_plan

    event = (ROOT / "events/plans/get_plan.json").read_text()
    create_plan.handler(json.loads((ROOT / "events/plans/create_plan.json").read_text()), None)
    client = redis.Redis.from_url(settings().redis_url)
    key = "acme#plan#" + json.loads(event)["pathParameters"]["id"]

    def bare() -> None:
        json.loads(event)
        client.get(key)

    def ours() -> None:
        if get_plan.handler(json.loads(event), None)["statusCode"] != 200:
            raise SystemExit("the plan could not be read")

    ours()
    if client.get(key) is None:
        raise SystemExit("the plan is not in the cache")
    ratios = []
    for _ in range(ROUNDS):
        ours()
        ratios.append(cpu(ours) / cpu(bare))
    return ratios


def cpu(call: Callable[[], None]) -> float:
    """CPU seconds of CALLS calls."""
    began = time.process_time()
    for _ in range(CALLS):
        call()
    return time.process_time() - began


if __name__ == "__main__":
    report(measure)
