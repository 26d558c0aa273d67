"""What calls of plans consume, asked of DynamoDB itself."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from payerworks.aws import client, session
from plans import get_plan, patch_plan
from tests.integration.conftest import Api
from tests.integration.plans.conftest import new_plan, path
from tests.unit.conftest import api_event


@pytest.fixture
def consumed(here: None) -> Iterator[Callable[[], tuple[float, float]]]:
    """The read and write units that this process has consumed since it last asked."""
    units = {"read": 0.0, "write": 0.0}
    events = client("dynamodb").meta.events

    def ask(params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def count(parsed: dict[str, Any], model: Any, **_: object) -> None:
        found = parsed.get("ConsumedCapacity", [])
        kind = "write" if "Write" in model.name or model.name in ("PutItem", "UpdateItem", "DeleteItem") else "read"
        for entry in found if isinstance(found, list) else [found]:
            units[kind] += entry["CapacityUnits"]

    events.register("provide-client-params.dynamodb.*", ask)
    events.register("after-call.dynamodb.*", count)

    def taken() -> tuple[float, float]:
        result = units["read"], units["write"]
        units.update(read=0.0, write=0.0)
        return result

    yield taken
    session.cache_clear()
    client.cache_clear()


def event(name: str, plan: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return api_event(name, tenant="main", path={"id": plan["objectId"]}, **changes)


def test_patching_one_service_of_1000_and_a_304_cost_little(
    api: Api, consumed: Callable[[], tuple[float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = new_plan(1000)
    etag = api.post("/v1/plan", plan).headers["etag"]
    monkeypatch.setenv("REDIS_URL", "")
    from payerworks.settings import settings

    settings.cache_clear()
    not_modified = get_plan.handler(event("plans/get_plan", plan, headers={"If-None-Match": etag}), None)
    assert not_modified["statusCode"] == 304
    read, write = consumed()
    assert 0 < read <= 1
    assert write == 0
    body = {"linkedPlanServices": [{"objectId": "planservice-500", "planserviceCostShares": {"copay": 1}}]}
    minimal = {"Prefer": "return=minimal"}
    patched = patch_plan.handler(event("plans/patch_plan", plan, body=json.dumps(body), headers=minimal), None)
    assert patched["statusCode"] == 204
    read, write = consumed()
    assert 0 < read < 10
    assert 0 < write < 10
    api.call("DELETE", path(plan))
