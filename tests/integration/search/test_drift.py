"""Drift is found and repaired, and the feed leaves none, however its messages arrive."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from payerworks import redis_connection
from payerworks.opensearch import bulk, hits
from payerworks.settings import settings
from plans.index import documents
from plans.index.documents import ALIAS
from plans.index.index_state import plan_keys, refresh
from plans.plan import stored_plan
from plans.plan.stored_plan import StoredRoot
from plans.storage import repository
from search.jobs import repository as jobs
from search.on_plan_operation import index_plan
from search.plans import sync as plan_sync
from tests.integration.conftest import Api
from tests.integration.plans.conftest import new_plan, until
from tests.integration.search.conftest import AUTHOR, checked, commit, creations, drift, patched, settled

pytestmark = pytest.mark.usefixtures("here")


def test_what_the_indexer_has_missed_is_drift_until_it_runs_again(tenant: str, paused: Callable[[str], Any]) -> None:
    with paused("OnPlanOperation"):
        commit(creations(tenant, 1000))
        job = checked(tenant)
        assert drift(job) == (1000, 0, 0)
        assert job.counts["checked"] == 1000
        assert sorted(jobs.read_drifted(job, "missing")) == [f"plan-{number:04d}" for number in range(1000)]
    assert drift(settled(tenant)) == (0, 0, 0)
    with paused("OnPlanOperation"):
        commit([patched(tenant, f"plan-{number:04d}", planType="changed") for number in range(50)])
        commit([stored_plan.deletion(repository.live_root(tenant, "plan-0999"))])
        job = checked(tenant)
        assert drift(job) == (0, 50, 1)
        assert jobs.read_drifted(job, "orphaned") == ["plan-0999"]
    assert drift(settled(tenant)) == (0, 0, 0)


def test_what_a_hand_did_to_the_index_is_found_and_repaired(tenant: str) -> None:
    commit(creations(tenant, 4))
    assert drift(settled(tenant)) == (0, 0, 0)
    roots = [repository.live_root(tenant, f"plan-{number:04d}") for number in range(4)]
    foreign = stored_plan.creation(tenant, new_plan(2, objectId="foreign"), None, "tests")
    added = [a for part in foreign.put for a in documents.service_actions(foreign.after, part)]
    stray = stored_plan.creation(tenant, new_plan(2, objectId=roots[0].plan_id), None, "tests")
    other = [a for part in stray.put[1:] for a in documents.service_actions(roots[0], part)]
    lost = documents.service_delete_actions(roots[1], "planservice-0")[:1]
    gone = [
        documents.delete_action(
            tenant, roots[2].plan_id, documents.root_key(tenant, roots[2].plan_id), roots[2].version
        )
    ]
    for target in plan_sync.TARGETS.write_targets():
        assert not bulk(target, [*added, *documents.root_actions(foreign.after), *other, *lost, *gone]).newer
    job = checked(tenant, repair=True)
    assert drift(job) == (1, 2, 1)
    assert job.counts["repaired"] == 4
    assert jobs.read_drifted(job, "orphaned") == ["foreign"]
    assert drift(settled(tenant)) == (0, 0, 0)
    assert len(indexed_documents(tenant)) == 4 * 5


def test_an_administrator_asks_for_a_check_and_reads_what_it_found(api: Api) -> None:
    begun = api.post("/admin/search/drift?repair=true", None)
    assert begun.status == 202
    assert (begun.json()["status"], begun.json()["repair"]) == ("running", True)
    answer = until(lambda: api.get("/admin/search/drift"), lambda answer: answer.json()["status"] == "completed")
    assert answer.json()["id"] == begun.json()["id"]
    assert {"count", "ids"} == set(answer.json()["missing"]) == set(answer.json()["orphaned"])


def test_changes_in_any_order_and_doubled_end_in_the_same_index(
    paused: Callable[[str], Any], tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The connection of a process is for one call at a time; here four indexers are threads of one.
    monkeypatch.setenv("REDIS_URL", "")
    settings.cache_clear()
    redis_connection.redis.cache_clear()
    with paused("OnPlanOperation"):
        found = []
        for order in range(4):
            own = f"{tenant}{order}"
            messages = story(own)
            play(messages, random.Random(order) if order else None)
            found.append(indexed_documents(own))
            assert drift(checked(own)) == (0, 0, 0)
        assert found[0]
        assert found == found[:1] * 4


def test_a_sync_that_is_through_while_a_deletion_is_indexed_leaves_nothing_behind(
    paused: Callable[[str], Any], tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with paused("OnPlanOperation"):
        commit([stored_plan.creation(tenant, new_plan(2, objectId="gone"), None, "tests")])
        created = repository.read_plan(tenant, "gone")
        deleted = repository.commit_change(stored_plan.deletion(created.root), AUTHOR)
        alias = plan_sync.TARGETS.write_targets()[-1]
        with monkeypatch.context() as once:

            def looking(*asked: Any) -> list[tuple[str, int]]:
                once.undo()
                found = list(plan_keys(*asked))
                services = [a for part in created.services for a in documents.service_actions(created.root, part)]
                bulk(alias, [*services, *documents.root_actions(created.root)])
                return found

            once.setattr(plan_sync, "plan_keys", looking)
            plan_sync.sync_target(alias, tenant, "gone", deleted.version, verify=False, whole=False)
        assert plan_sync.is_target_in_sync(alias, deleted)


def story(tenant: str) -> list[dict[str, Any]]:
    """Changes of some plans, the same each time; their messages."""
    roots: list[StoredRoot] = []
    for plan_id in ("one", "two", "three", "four"):
        plan = new_plan(3, objectId=plan_id)
        roots.append(repository.commit_change(stored_plan.creation(tenant, plan, None, "tests"), AUTHOR))
        fewer = plan | {"linkedPlanServices": plan["linkedPlanServices"][1:]}
        changed = stored_plan.replacement("replaced", repository.read_plan(tenant, plan_id), fewer)
        assert changed is not None
        roots.append(repository.commit_change(changed, AUTHOR))
        roots.append(repository.commit_change(patched(tenant, plan_id, planType="late"), AUTHOR))
    for plan_id in ("two", "three"):
        tombstone = repository.commit_change(stored_plan.deletion(repository.live_root(tenant, plan_id)), AUTHOR)
        roots.append(tombstone)
    again = stored_plan.creation(tenant, new_plan(1, objectId="three"), tombstone, "tests")
    roots.append(repository.commit_change(again, AUTHOR))
    at = "2026-11-21T10:15:00.123+00:00"
    return [{"tenant": tenant, "objectId": root.plan_id, "version": root.version, "at": at} for root in roots]


def play(messages: list[dict[str, Any]], order: random.Random | None) -> None:
    """Give messages to the feed's consumer: one after another, or doubled, shuffled and four at once."""
    if order is None:
        for message in messages:
            index_plan(message, 1)
        return
    doubled = messages * 2
    order.shuffle(doubled)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda message: index_plan(message, 1), doubled))


def indexed_documents(tenant: str) -> list[tuple[Any, ...]]:
    """What the index has of a tenant, beside tombstones: all that does not say which change wrote it."""
    refresh(ALIAS)
    body = {"query": {"bool": {"filter": [{"term": {"tenant": tenant}}], "must_not": [{"term": {"deleted": True}}]}}}
    found = [hit["_source"] for hit in hits(ALIAS, body | {"size": 1000})]
    names = ("planId", "parentId", "objectId", "rank", "text", "hash", "digest", "org")
    return sorted((str([source.get(name) for name in names]), source["kind"]["name"]) for source in found)
