"""A new index takes the place of the old one, under live writes and after crashes."""

import contextlib
import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from localstack.layout import ROOT
from payerworks.opensearch import opensearch
from plans.index import documents
from plans.plan import stored_plan
from plans.plan.document import digest
from plans.plan.stored_plan import Change
from plans.storage import repository
from search.indexes import index_targets
from search.jobs import repository as jobs
from search.jobs.index_job import slice_message
from search.on_search_job import work_on
from search.plans import backfill
from search.plans.sync import TARGETS, is_target_in_sync, sync_target
from tests.integration.conftest import Api
from tests.integration.plans.conftest import new_plan
from tests.integration.search.conftest import AUTHOR, commit, creations, drift, finished, patched, settled

pytestmark = pytest.mark.usefixtures("here")

WORKER = """
import contextlib
from payerworks.errors import Unavailable
from search.jobs import repository
from search.jobs.index_job import slice_message
from search.on_search_job import work_on
while (job := repository.read_job("reindex", "")).status == "running":
    with contextlib.suppress(Unavailable):  # the message would come again
        work_on(slice_message(job), 2)
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
    with writing(tenant) as written:
        while progress(api)["status"] == "running":
            time.sleep(0.2)
    job = progress(api)
    assert (job["status"], job["id"]) == ("completed", begun.json()["id"])
    assert job["plans"] >= 100
    assert len(written) > 5
    after = indexes()
    (name,) = after
    assert name not in before
    assert after[name] == ["plans", TARGETS.write_alias(name)]
    assert drift(settled(tenant)) == (0, 0, 0)


def test_a_reindex_that_is_killed_again_and_again_ends_all_the_same(tenant: str, paused: Callable[[str], Any]) -> None:
    commit(creations(tenant, 300))
    with paused("OnSearchJob"):
        job = jobs.start_job("reindex", "", "tests")
        with writing(tenant):
            for milliseconds in (800, 1000, 1300, 1700, 2500):
                worker = start_worker()
                time.sleep(milliseconds / 1000)
                worker.kill()
                worker.wait()
            assert start_worker().wait() == 0
    assert finished("reindex", "", job.id).counts["plans"]
    assert len(indexes()) == 1
    assert drift(settled(tenant)) == (0, 0, 0)


def test_a_document_that_is_refused_is_named_and_holds_up_neither_the_reindex_nor_the_feed(
    api: Api, tenant: str, paused: Callable[[str], Any]
) -> None:
    long = new_plan(2, objectId="long")
    long["linkedPlanServices"][1]["serviceType"] = "x" * 40_000
    commit([*creations(tenant, 3), stored_plan.creation(tenant, long, None, "tests")])
    assert drift(settled(tenant)) == (0, 0, 0)
    with paused("OnSearchJob"):
        jobs.start_job("reindex", "", "tests")
        while (job := jobs.read_job("reindex", "")) and job.status == "running":
            if job.step == "create":
                create_strict(job.details["index"])
            work_on(slice_message(job), 1)
    try:
        assert job is not None
        assert job.counts["refused"] >= 1
        assert jobs.read_drifted(replace(job, tenant=tenant), "refused") == ["long"]
        text, services, expected = documents.read_indexed_plan(tenant, "long") or pytest.fail("the plan is not there")
        assert digest(text, services) == expected
        commit([patched(tenant, "long", planType="changed"), patched(tenant, "plan-0000", planType="changed")])
        check = settled(tenant)
        assert (drift(check), check.counts["refused"]) == ((0, 0, 0), 1)
        assert jobs.read_drifted(check, "refused") == ["long"]
    finally:
        # An index with the usual mapping takes the place of the strict one.
        assert api.post("/admin/search/reindex", None).status == 202
        while progress(api)["status"] == "running":
            time.sleep(0.2)
    check = settled(tenant)
    assert (drift(check), check.counts["refused"]) == ((0, 0, 0), 0)


def create_strict(index: str) -> None:
    """Create an index that refuses a service with a long type."""
    body: dict[str, Any] = documents.definition() | {"aliases": {TARGETS.write_alias(index): {}}}
    body["mappings"]["properties"]["serviceText"] = {"type": "keyword"}
    opensearch().indices.create(index, body=body)


def test_what_a_sync_wrote_before_a_plan_was_filled_is_not_left_behind(
    tenant: str, paused: Callable[[str], Any]
) -> None:
    with paused("OnPlanOperation"):
        commit([stored_plan.creation(tenant, new_plan(2, objectId=name), None, "tests") for name in ("gone", "less")])
        index = TARGETS.next_index()
        TARGETS.add(index)
        alias = TARGETS.write_alias(index)
        try:
            for name in ("gone", "less"):
                assert sync_target(alias, tenant, name, 1, verify=False, whole=False)
            services = new_plan(2)["linkedPlanServices"]
            commit([stored_plan.deletion(repository.live_root(tenant, "gone"))])
            commit([patched(tenant, "less", linkedPlanServices=services[:1])])
            backfill.fill(alias, None, time.monotonic() + 600, verify=False)
            for name in ("gone", "less"):
                # The message of the change, which comes late.
                sync_target(alias, tenant, name, 2, verify=False, whole=False)
                root = repository.read_root(tenant, name)
                assert root is not None
                assert is_target_in_sync(alias, root), name
        finally:
            index_targets.delete([index])


@contextlib.contextmanager
def writing(tenant: str) -> Iterator[list[int]]:
    """Somebody changes, deletes and makes plans meanwhile; the versions that were written."""
    ended = threading.Event()
    written: list[int] = []

    def write() -> None:
        for number in itertools.count():
            if ended.wait(0.05):
                return
            written.append(repository.commit_change(next_change(tenant, number), AUTHOR).version)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        ended.set()
        thread.join()


def next_change(tenant: str, number: int) -> Change:
    """A change of one of the first hundred plans: every third a deletion, or the making of a deleted one."""
    plan_id = f"plan-{number * 7 % 100:04d}"
    root = repository.read_root(tenant, plan_id)
    assert root is not None
    if root.deleted:
        return stored_plan.creation(tenant, new_plan(2, objectId=plan_id), root, "tests")
    return stored_plan.deletion(root) if number % 3 == 0 else patched(tenant, plan_id, planType=f"type {number}")


def start_worker() -> subprocess.Popen[bytes]:
    """A process that works on the reindex until it is completed."""
    sources = os.pathsep.join([str(ROOT / "functions"), str(ROOT / "layers/common"), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": sources}
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment, stdout=subprocess.DEVNULL)
