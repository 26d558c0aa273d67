"""The index of plans against the deployed stack, with code of the functions running in the tests' own process."""

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from localstack.deployed import aws_client
from payerworks import aws
from payerworks.settings import settings
from plans.plan import stored_plan
from plans.plan.stored_plan import Change
from plans.storage import repository
from plans.storage.items import Author
from search.jobs import repository as jobs
from search.jobs.index_job import IndexJob
from tests.integration.plans.conftest import here, new_plan

__all__ = ["here"]

AUTHOR = Author("tests", "tests")


@pytest.fixture
def tenant() -> str:
    """One that no other test has, so that its counts are this test's own."""
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture
def paused(stack: dict[str, Any]) -> Callable[[str], contextlib.AbstractContextManager[None]]:
    """Keep a function from taking messages of its queue."""
    client = aws_client(stack, "lambda")

    @contextlib.contextmanager
    def pause(function: str) -> Iterator[None]:
        found = client.list_event_source_mappings(FunctionName=stack["functions"][function])["EventSourceMappings"]
        for mapping in found:
            client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        # Batches that it has taken already are done in this time.
        time.sleep(2)
        try:
            yield
        finally:
            for mapping in found:
                client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    return pause


def commit(changes: Sequence[Change]) -> None:
    """Store changes of different plans as requests would, many at once."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda change: repository.commit_change(change, AUTHOR), changes))


def creations(tenant: str, count: int) -> list[Change]:
    """So many new plans of one service."""
    return [
        stored_plan.creation(tenant, new_plan(1, objectId=f"plan-{number:04d}"), None, "tests")
        for number in range(count)
    ]


def patched(tenant: str, plan_id: str, **members: Any) -> Change:
    """A change of a plan's own members."""
    plan = repository.read_plan(tenant, plan_id)
    change = stored_plan.replacement("patched", plan, plan.value | members)
    assert change is not None
    return change


def checked(tenant: str, *, repair: bool = False) -> IndexJob:
    """A drift check of the tenant, once the deployed function has made it."""
    begun = jobs.start_job("drift", tenant, "tests", repair=repair)
    return finished("drift", tenant, begun.id)


def finished(name: Any, tenant: str, job_id: str, seconds: float = 90) -> IndexJob:
    end = time.monotonic() + seconds
    while True:
        job = jobs.read_job(name, tenant)
        assert job is not None
        assert job.id == job_id
        if job.status != "running":
            return job
        assert time.monotonic() < end, job
        time.sleep(0.2)


def drift(job: IndexJob) -> tuple[int, int, int]:
    """How many plans are missing, stale and orphaned."""
    return job.counts["missing"], job.counts["stale"], job.counts["orphaned"]


def settled(tenant: str) -> IndexJob:
    """A check once the feed has no message left; made again while it finds drift: some may be under way."""
    url = settings().queues["search_index"]
    counted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    end = time.monotonic() + 120
    while True:
        waiting = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=counted)["Attributes"].values()
        if not any(map(int, waiting)) or time.monotonic() > end:
            job = checked(tenant)
            if drift(job) == (0, 0, 0) or time.monotonic() > end:
                return job
        time.sleep(0.5)
