from collections.abc import Callable
from dataclasses import replace

import pytest

from search import repository, start_reindex
from search.jobs import STALLED_SECONDS, Job
from tests.unit.conftest import Call

LONG_AGO = "2020-01-01T00:00:00.000+00:00"


@pytest.fixture(autouse=True)
def _search(call: Call, environment: Callable[..., None]) -> None:
    environment(OPENSEARCH_ENDPOINT="http://127.0.0.1:2")


def test_one_reindex_runs_at_a_time_for_all_tenants(call: Call) -> None:
    begun = call(start_reindex.handler, "search/start_reindex")
    assert begun["statusCode"] == 202
    assert (begun["json"]["status"], begun["json"]["documents"]) == ("running", 0)
    assert call(start_reindex.handler, "search/start_reindex", tenant="other")["statusCode"] == 409


def test_after_one_that_is_completed_another_begins(call: Call) -> None:
    call(start_reindex.handler, "search/start_reindex")
    job = repository.read("reindex", "")
    assert job is not None
    assert repository.finish_slice(job, replace(job, status="completed"))
    assert call(start_reindex.handler, "search/start_reindex")["statusCode"] == 202


def test_one_that_nothing_goes_on_with_is_taken_over() -> None:
    job = Job("reindex", "", "id", "request", "fill", LONG_AGO, LONG_AGO)
    assert job.stalled
    assert STALLED_SECONDS > 2 * 300
    assert not replace(job, status="completed").stalled


def test_without_opensearch_there_is_nothing_to_build(call: Call, environment: Callable[..., None]) -> None:
    environment(OPENSEARCH_ENDPOINT="")
    assert call(start_reindex.handler, "search/start_reindex")["statusCode"] == 503
