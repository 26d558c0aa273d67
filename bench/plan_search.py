"""Wall-clock time of a search that finds 99 services, in 100,000 plans compared with 100 plans.

Two indexes contain the same matching plans, and different numbers of others, all as the indexer writes them.
"""

import json
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import opensearchpy

from bench.built_code import measured, report
from bench.figures import ROUNDS, Row
from localstack.layout import ROOT
from payerworks import json_text
from payerworks.opensearch import opensearch
from plans import search_plans
from plans.index import documents
from plans.plan.stored_plan import creation

FEW, MANY = 100, 100_000
MATCHING = 33
SERVICES = 3
CALLS = 20
BATCH = 50
WRITERS = 2
LIMIT = 3.0
QUERIES = {"a text": {"q": "glaucoma screening"}, "a range": {"deductible_gte": "9000"}}
PLAN: dict[str, Any] = json.loads(json.loads((ROOT / "events/plans/create_plan.json").read_text())["body"])
EVENT: dict[str, Any] = json.loads((ROOT / "events/plans/search_plans.json").read_text())


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """Two rows per query: the ratio of many plans to few, and the milliseconds for few."""
    for name, figures in measured(outputs, "bench.plan_search").items():
        ratios = [many / few for few, many in figures]
        yield Row(f"search by {name}, {MANY:,} plans / {FEW}", ratios, LIMIT)
        yield Row(f"search by {name}, {FEW} plans", [few for few, _ in figures], unit="ms")


def measure() -> dict[str, list[tuple[float, float]]]:
    """Query name → for each round, the milliseconds in few plans and in many."""
    indexes = {f"bench-plans-{count}": count for count in (FEW, MANY)}
    try:
        for index, count in indexes.items():
            fill(index, count)
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in QUERIES}
        for _ in range(ROUNDS):
            for name, query in QUERIES.items():
                few, many = (milliseconds(index, query) for index in indexes)
                figures[name].append((few, many))
        return figures
    finally:
        for index in indexes:
            opensearch().indices.delete(index=index, ignore=404)


def milliseconds(index: str, query: dict[str, str]) -> float:
    """The median duration of several searches in an index."""
    documents.ALIAS = index
    event = EVENT | {"queryStringParameters": query, "multiValueQueryStringParameters": {}}
    durations = []
    for _ in range(CALLS):
        began = time.perf_counter()
        answer = search_plans.handler(event, None)
        durations.append((time.perf_counter() - began) * 1000)
        plan_ids = [item["objectId"] for item in json.loads(answer["body"])["items"]]
        if plan_ids != [plan_id(number) for number in range(20)]:
            raise SystemExit(f"the search answered {answer['body'][:1000]}")
    return statistics.median(durations)


def fill(index: str, count: int) -> None:
    """Create an index of `count` plans, and wait until OpenSearch has finished its merges."""
    client = opensearch()
    client.indices.delete(index=index, ignore=404)
    definition = documents.definition()
    interval = definition["settings"]["refresh_interval"]
    definition["settings"] |= {"refresh_interval": "-1", "translog.durability": "async"}
    client.indices.create(index, body=definition)
    with ThreadPoolExecutor(WRITERS) as pool:
        batches = [range(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]
        list(pool.map(lambda numbers: write(index, numbers), batches))
    client.indices.put_settings(index=index, body={"refresh_interval": interval})
    client.indices.refresh(index=index, params={"request_timeout": 120})
    while client.indices.stats(index=index, metric="merge")["_all"]["total"]["merges"]["current"]:
        time.sleep(1)


def write(index: str, numbers: range) -> None:
    """Index the plans with these numbers."""
    lines = []
    for action in (action for number in numbers for action in actions(number)):
        lines.append(json_text.write({"index": {"_id": action["id"], "routing": action["routing"]}}))
        lines.append(json_text.write(action["source"]))
    while True:
        try:
            answer = opensearch().bulk(body="\n".join(lines) + "\n", index=index, params={"request_timeout": 120})
        except opensearchpy.TransportError as error:
            if error.status_code != 429:
                raise
            time.sleep(1)  # OpenSearch is short of memory for the moment
        else:
            if answer["errors"]:
                raise SystemExit("OpenSearch refused documents")
            return


def actions(number: int) -> Iterator[dict[str, Any]]:
    """The indexing actions of a plan; only the services of the first MATCHING plans match the queries."""
    linked, name, deductible = PLAN["linkedPlanServices"][0], f"Yearly physical {number % 1000}", number % 5000
    if number < MATCHING:
        name, deductible = "Glaucoma screening", 10_000
    service = linked["linkedService"] | {"name": name}
    shares = linked["planserviceCostShares"] | {"deductible": deductible}
    plan_service = linked | {"linkedService": service, "planserviceCostShares": shares}
    services = [plan_service | {"objectId": f"service-{position}"} for position in range(SERVICES)]
    plan = PLAN | {"objectId": plan_id(number), "linkedPlanServices": services}
    change = creation("acme", plan, None, "seed")
    for part in change.put:
        yield from documents.service_actions(change.after, part)
    yield from documents.root_actions(change.after)


def plan_id(number: int) -> str:
    return f"plan-{number:06}"


if __name__ == "__main__":
    report(measure)
