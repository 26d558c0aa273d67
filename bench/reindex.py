"""Duration of a reindex during writes, compared with a bare `_bulk` of the same documents, ready in memory.

The plans are written directly to the table beforehand, without history, so that the stream functions do not index them.
"""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.built_code import measured, report
from bench.figures import ROUNDS, Row
from localstack.layout import ROOT

ROUND_PLANS = 2_000
PLANS = 10_000
SERVICES = 5
TENANT = "bench-reindex"
LIMIT = 1 / 0.7
WRITES_PER_SECOND = 10


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """The ratio of the durations for 2,000 plans and for 10,000, and the documents per second for 10,000."""
    figures = measured(outputs, "bench.reindex")
    yield Row(f"reindex under writes / bare _bulk, {ROUND_PLANS:,} plans", figures["rounds"], LIMIT)
    yield Row(f"reindex under writes / bare _bulk, {PLANS:,} plans, once", figures["large"], LIMIT)
    yield Row(f"reindex of {PLANS:,} plans, documents per second", figures["rate"])


def measure() -> dict[str, list[float]]:
    """The ratio of each round, the ratio of the large run, and the documents per second of the large run."""
    put_plans(0, ROUND_PLANS)
    with writing():
        rounds = [ratio()[0] for _ in range(ROUNDS)]
    put_plans(ROUND_PLANS, PLANS)
    with writing():
        large, rate = ratio()
    return {"rounds": rounds, "large": [large], "rate": [rate]}


def put_plans(first: int, end: int) -> None:
    """Write the plans with the numbers from `first` to `end` - 1 to the table."""
    from payerworks.batches import write_all
    from payerworks.dynamodb import Table
    from plans.storage.items import root_item, service_item

    changes = map(creation_of, range(first, end))
    items = [
        item
        for change in changes
        for item in (root_item(change.after), *(service_item(change.after, part) for part in change.put))
    ]
    write_all(Table("plans"), [{"PutRequest": {"Item": item}} for item in items])


def creation_of(number: int) -> Any:
    """The change that creates a plan of five services."""
    from plans.plan.stored_plan import creation

    plan = json.loads(json.loads((ROOT / "events/plans/create_plan.json").read_text())["body"])
    services = [json.loads(json.dumps(plan["linkedPlanServices"][0])) for _ in range(SERVICES)]
    for position, service in enumerate(services):
        for part in (service, service["linkedService"], service["planserviceCostShares"]):
            part["objectId"] = f"{part['objectId']}-{position}"
    return creation(TENANT, plan | {"objectId": f"plan-{number:06d}", "linkedPlanServices": services}, None, "bench")


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Change plans in a thread, WRITES_PER_SECOND times per second, as long as the context lasts."""
    from plans.plan.document import root_text
    from plans.plan.stored_plan import part_replacement
    from plans.storage import repository
    from plans.storage.items import Author

    ended = threading.Event()

    def change() -> None:
        number = 0
        while not ended.wait(1 / WRITES_PER_SECOND):
            number += 1
            root = repository.live_root(TENANT, f"plan-{number * 7 % ROUND_PLANS:06d}")
            changed = part_replacement(root, root_text(root.text.value | {"planType": f"type {time.time()}"}), [], {})
            if changed is not None:
                repository.commit_change(changed, Author("bench", "bench"))

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def ratio() -> tuple[float, float]:
    """The ratio of a reindex to a bare `_bulk` of the same documents, and documents per second of the reindex."""
    from payerworks.opensearch import bulk
    from payerworks.times import now
    from plans.index.index_state import refresh
    from plans.storage import scan
    from search.indexes import index_targets
    from search.jobs import reindexing
    from search.jobs.index_job import IndexJob
    from search.plans import backfill
    from search.plans.sync import TARGETS

    job = IndexJob("reindex", "", "bench", "bench", "name", now(), now())
    job = reindexing.next_slice(job, verify=False)
    began = time.monotonic()
    while job.step != "clean":
        job = reindexing.next_slice(job, verify=False)
    reindex_seconds = time.monotonic() - began
    reindexing.next_slice(job, verify=False)

    plans = [plan for plan, _ in scan.scanned_plans(scan.scan(None))]
    actions = [action for plan in plans for action in backfill.actions_of(plan)]
    bare_index = "plans-900000"
    began = time.monotonic()
    TARGETS.add(bare_index)
    alias = TARGETS.write_alias(bare_index)
    size = backfill.BATCH_DOCUMENTS
    with ThreadPoolExecutor(backfill.WRITERS) as pool:
        list(pool.map(lambda start: bulk(alias, actions[start : start + size]), range(0, len(actions), size)))
    refresh(alias)
    bulk_seconds = time.monotonic() - began
    index_targets.delete([bare_index])
    documents = job.counts["documents"]
    return reindex_seconds / documents * len(actions) / bulk_seconds, documents / reindex_seconds


if __name__ == "__main__":
    report(measure)
