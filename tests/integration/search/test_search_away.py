"""What search says of itself, and how its jobs wait while OpenSearch is away."""

from localstack.stack import Stack
from tests.integration.conftest import Api
from tests.integration.plans.conftest import indexed, new_plan, path, until


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
        assert api.post("/v1/plan", new_plan()).status == 201
        health = until(lambda: api.get("/health"), lambda answer: answer.json()["search"]["waiting"] > 0)
        assert health.json()["search"]["lag_ms"] is None
        assert health.json()["search"]["waiting"] > 0
    finally:
        running_stack.start("opensearch")
    done = until(lambda: api.get("/admin/search/reindex"), lambda answer: answer.json()["status"] == "completed", 300)
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
