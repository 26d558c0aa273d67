from collections.abc import Callable
from dataclasses import replace

import pytest

from payerworks.aws import client
from payerworks.settings import settings
from search import get_reindex, start_reindex
from search.jobs import repository
from search.jobs.index_job import IndexJob
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


def test_the_indexes_of_plans_and_patients_are_built_side_by_side(call: Call) -> None:
    call(start_reindex.handler, "search/start_reindex")
    begun = call(start_reindex.handler, "search/start_reindex", query={"index": "patients"})
    assert (begun["statusCode"], begun["json"]["index"], begun["json"]["patients"]) == (202, "patients", 0)
    again = call(start_reindex.handler, "search/start_reindex", query={"index": "patients"})
    assert again["statusCode"] == 409
    shown = call(get_reindex.handler, "search/get_reindex", query={"index": "patients"})
    assert shown["json"]["id"] == begun["json"]["id"]
    assert call(start_reindex.handler, "search/start_reindex", query={"index": "claims"})["statusCode"] == 400


def test_after_one_that_is_completed_another_begins(call: Call) -> None:
    call(start_reindex.handler, "search/start_reindex")
    job = repository.read_job("reindex", "")
    assert job is not None
    assert repository.finish_slice(job, replace(job, status="completed"))
    assert call(start_reindex.handler, "search/start_reindex")["statusCode"] == 202


def let_it_lie(job: IndexJob) -> None:
    """As if the job had stored nothing for a long time."""
    table = {"TableName": settings().tables["search"]}
    item = client("dynamodb").get_item(**table, Key={"pk": {"S": "#reindex#plans"}, "sk": {"S": "JOB"}})["Item"]
    item["job"]["S"] = item["job"]["S"].replace(job.updated_at, LONG_AGO)
    client("dynamodb").put_item(**table, Item=item)


def test_one_that_nothing_goes_on_with_is_taken_over(call: Call) -> None:
    call(start_reindex.handler, "search/start_reindex")
    job = repository.read_job("reindex", "")
    assert job is not None
    let_it_lie(job)
    assert call(get_reindex.handler, "search/get_reindex")["json"]["status"] == "stalled"
    begun = call(start_reindex.handler, "search/start_reindex")
    assert begun["statusCode"] == 202
    assert begun["json"]["id"] != job.id
    # A message of the first one that comes late changes nothing any more.
    assert not repository.finish_slice(job, job)


def test_without_opensearch_there_is_nothing_to_build(call: Call, environment: Callable[..., None]) -> None:
    environment(OPENSEARCH_ENDPOINT="")
    answer = call(start_reindex.handler, "search/start_reindex")
    assert (answer["statusCode"], answer["json"]["title"]) == (400, "Not supported")
    assert "has no search engine" in answer["json"]["detail"]
