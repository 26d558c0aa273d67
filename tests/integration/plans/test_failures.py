"""What of plans still works, and what comes back, when a server behind them stops or dies."""

import time
from typing import Any

import pytest

from localstack.stack import Stack
from payerworks import redis_connection
from tests.integration.conftest import Api
from tests.integration.plans.conftest import indexed, indexed_path, new_plan, path


def story(api: Api) -> dict[str, Any]:
    """Every call of plans that needs no search; the plan that is there afterwards."""
    plan = new_plan()
    assert api.post("/v1/plan", plan).status == 201
    assert api.get(path(plan)).json() == plan
    assert api.call("PATCH", path(plan), {"planType": "a"}).status == 200
    assert api.call("PUT", path(plan), plan).status == 200
    assert api.get(path(plan)).json() == plan
    assert plan["objectId"] in str(api.get("/v1/plan?limit=100&planType=inNetwork").json())
    assert api.call("DELETE", path(plan)).status == 200
    assert api.get(path(plan)).status == 404
    again = new_plan()
    assert api.post("/v1/plan", again).status == 201
    return again


@pytest.mark.parametrize("stop", ["stop", "kill"])
def test_without_redis_every_call_works_and_nothing_is_lost(running_stack: Stack, api: Api, stop: str) -> None:
    before = new_plan()
    assert api.post("/v1/plan", before).status == 201
    getattr(running_stack, stop)("valkey")
    try:
        plan = story(api)
        assert api.get(path(before)).json() == before
    finally:
        running_stack.start("valkey")
    # Each function leaves a Redis that failed alone for a while; only then do its writes fence the copies again.
    time.sleep(redis_connection.REST_SECONDS)
    assert api.get(path(plan)).json() == plan
    assert api.call("PATCH", path(plan), {"planType": "changed"}).status == 200
    assert api.get(path(plan)).json() == plan | {"planType": "changed"}


@pytest.mark.parametrize("stop", ["stop", "kill"])
def test_without_opensearch_writes_go_on_and_are_found_when_it_is_back(
    running_stack: Stack, api: Api, stop: str
) -> None:
    before = new_plan()
    api.post("/v1/plan", before)
    assert indexed(api, before).json() == before
    getattr(running_stack, stop)("opensearch")
    try:
        plan = story(api)
        answer = api.get(indexed_path(plan))
        assert (answer.status, answer.json()["title"]) == (503, "Unavailable")
        assert answer.headers["retry-after"]
        assert api.get(f"/v1/plan/es_data?id={plan['objectId']}").status == 503
        assert api.get("/v1/plan/search?q=physical").status == 503
    finally:
        running_stack.start("opensearch")
    assert indexed(api, plan).json() == plan
    assert indexed(api, before).json() == before


@pytest.mark.restarts
def test_after_down_and_up_everything_is_there_and_the_feed_goes_on(running_stack: Stack, api: Api) -> None:
    before = new_plan()
    assert api.post("/v1/plan", before).status == 201
    assert indexed(api, before).json() == before  # the emulator forgets what a stream has not told yet
    running_stack.down()
    running_stack.up()
    assert api.get(path(before)).json() == before
    assert indexed(api, before).json() == before
    after = new_plan()
    assert api.post("/v1/plan", after).status == 201
    assert indexed(api, after).json() == after
