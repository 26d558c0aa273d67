"""A new index takes the place of the old one: under live writes, after crashes, while OpenSearch is away."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from localstack.layout import ROOT
from localstack.stack import Stack
from payerworks.opensearch import opensearch
from plans import repository, stored_plan
from search import index_targets
from search import repository as jobs
from tests.integration.conftest import Api
from tests.integration.plans.conftest import indexed, new_plan, path, until
from tests.integration.search.conftest import AUTHOR, commit, creations, drift, finished, patched, settled

pytestmark = pytest.mark.usefixtures("here")

WORKER = """
from search import repository
from search.jobs import message_of
from search.on_search_job import work_on
while (job := repository.read("reindex", "")).status == "running":
    work_on(message_of(job), 2)
"""


def indexes() -> dict[str, list[str]]:
    """The indexes of plans, each with its aliases."""
    found: dict[str, Any] = opensearch().indices.get_alias(index="plans-0*")
    return {name: sorted(index["aliases"]) for name, index in found.items()}


def progress(api: Api) -> Any:
    return api.get("/admin/search/reindex").json()


def test_a_reindex_under_live_writes_loses_none(api: Api, tenant: str) -> None:
    commit(creations(tenant, 200))
    before = indexes()
    begun = api.post("/admin/search/reindex", None)
    assert begun.status == 202
    assert api.post("/admin/search/reindex", None).status == 409
    number = 0
    while progress(api)["status"] == "running":
        plan_id = f"plan-{number % 200:04d}"
        if number % 10 == 9:
            root = repository.commit(stored_plan.deletion(repository.live_root(tenant, plan_id)), AUTHOR)
            again = stored_plan.creation(tenant, new_plan(2, objectId=plan_id), root, "tests")
            if number % 20 == 19:
                repository.commit(again, AUTHOR)
        elif (root_now := repository.read_root(tenant, plan_id)) and not root_now.deleted:
            repository.commit(patched(tenant, plan_id, planType=f"type {number}"), AUTHOR)
        number += 1
    job = progress(api)
    assert (job["status"], job["id"]) == ("completed", begun.json()["id"])
    assert job["plans"] >= 180
    assert number > 20
    after = indexes()
    (name,) = after
    assert name not in before
    assert after[name] == ["plans", index_targets.write_alias(name)]
    assert drift(settled(tenant)) == (0, 0, 0)


def test_a_reindex_that_is_killed_again_and_again_ends_all_the_same(tenant: str, paused: Callable[[str], Any]) -> None:
    commit(creations(tenant, 300))
    with paused("OnSearchJob"):
        job = jobs.begin("reindex", "", "tests")
        ended = threading.Event()
        writer = threading.Thread(target=lambda: keep_deleting(tenant, ended))
        writer.start()
        try:
            for milliseconds in (700, 900, 1100, 1300, 1600, 2000, 2500, 4000):
                worker = start_worker()
                time.sleep(milliseconds / 1000)
                worker.kill()
                worker.wait()
            assert start_worker().wait() == 0
        finally:
            ended.set()
            writer.join()
    assert finished("reindex", "", job.id).counts["plans"]
    assert len(indexes()) == 1
    assert drift(settled(tenant)) == (0, 0, 0)


def keep_deleting(tenant: str, ended: threading.Event) -> None:
    for number in range(100):
        if ended.wait(0.1):
            return
        repository.commit(stored_plan.deletion(repository.live_root(tenant, f"plan-{number * 3:04d}")), AUTHOR)


def start_worker() -> subprocess.Popen[bytes]:
    """A process that works on the reindex until it is completed."""
    sources = os.pathsep.join([str(ROOT / "functions"), str(ROOT / "layers/common"), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": sources}
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment, stdout=subprocess.DEVNULL)


def test_while_opensearch_is_away_a_reindex_waits_and_says_why(running_stack: Stack, api: Api) -> None:
    plan = new_plan()
    assert api.post("/v1/plan", plan).status == 201
    assert indexed(api, plan).json() == plan
    running_stack.stop("opensearch")
    try:
        assert api.post("/admin/search/reindex", None).status == 202
        waiting = until(lambda: api.get("/admin/search/reindex"), lambda answer: answer.json()["error"] is not None)
        assert waiting.json()["error"] == "Search does not answer just now; try again."
        assert waiting.json()["status"] == "running"
        assert api.get("/health").json()["search"]["lag_ms"] is None
    finally:
        running_stack.start("opensearch")
    done = until(lambda: api.get("/admin/search/reindex"), lambda answer: answer.json()["status"] == "completed", 90)
    assert (done.json()["status"], done.json()["error"]) == ("completed", None)
    assert indexed(api, plan).json() == plan


def test_health_tells_the_lag_of_the_last_change(api: Api) -> None:
    plan = new_plan()
    assert api.post("/v1/plan", plan).status == 201
    assert indexed(api, plan).json() == plan
    search = until(lambda: api.get("/health"), lambda answer: answer.json()["search"]["waiting"] == 0).json()["search"]
    assert search["waiting"] == 0
    assert 0 < search["lag_ms"] < 600_000
    api.call("DELETE", path(plan))
