"""Plans through the gateway: stored, changed, searched and deleted, with real servers behind."""

import json
import random
from typing import Any

from localstack.deployed import aws_client
from tests.integration.conftest import Api
from tests.integration.plans.conftest import drained, indexed, indexed_path, new_plan, path, until

MERGE = {"Content_Type": "application/merge-patch+json"}


def test_a_plan_lives_from_post_to_delete(api: Api) -> None:
    plan = new_plan(objectId=f"ä plan #{random.random()}")
    created = api.post("/v1/plan", plan)
    assert (created.status, created.json()) == (201, plan)
    read = api.get(path(plan))
    assert (read.status, read.body, read.headers["etag"]) == (200, created.body, created.headers["etag"])
    assert api.get(path(plan), If_None_Match=read.headers["etag"]).status == 304
    changed = api.call("PATCH", path(plan), {"planType": "outOfNetwork"}, If_Match=read.headers["etag"])
    plan["planType"] = "outOfNetwork"
    assert (changed.status, changed.json()) == (200, plan)
    assert api.call("PATCH", path(plan), {}, If_Match=read.headers["etag"]).status == 412
    assert indexed(api, plan).json() == plan
    assert api.call("DELETE", path(plan)).json() == {"status": "deleted", "objectId": plan["objectId"]}
    assert api.get(path(plan)).status == 404
    assert until(lambda: api.get(indexed_path(plan)), lambda answer: answer.status == 404).status == 404


def test_an_encoded_id_reaches_no_other_plan(api: Api) -> None:
    plan = new_plan(objectId=f"XA{random.randrange(10**9)}")
    assert api.post("/v1/plan", plan).status == 201
    assert api.post("/v1/plan", plan | {"objectId": plan["objectId"].replace("A", "%41")}).status == 400
    for method in ("GET", "DELETE"):
        assert api.call(method, path(plan).replace("A", "%2541")).status == 400
        assert api.call(method, "/v1/plan/%2E%2E").status == 400
    assert api.get(path(plan).replace("A", "%41")).json() == plan
    api.call("DELETE", path(plan))


def test_minus_zero_is_found_as_zero(api: Api) -> None:
    plan = new_plan(1, objectId=f"zero-{random.random()}", planType=f"zero-{random.random()}")
    plan["linkedPlanServices"][0]["planserviceCostShares"]["copay"] = -0.0
    created = api.post("/v1/plan", plan)
    assert b'"copay":-0.0' in created.body
    query = f"planType={plan['planType']}&after={created.headers['change-token']}"
    for bound in ("copay_gte=0", "copay_lte=-0", "copay_gte=-0.0&copay_lte=0"):
        found = api.get(f"/v1/plan/search?{query}&{bound}").json()["items"]
        assert [item["objectId"] for item in found] == [plan["objectId"]], bound
    assert api.get(f"/v1/plan/search?{query}&copay_lt=0").json()["items"] == []
    api.call("DELETE", path(plan))


def test_children_are_found_by_their_parent_and_leave_with_it(api: Api, stored: dict[str, Any]) -> None:
    plan_id = stored["objectId"]
    indexed(api, stored)

    def ids(query: str) -> list[str]:
        answer = api.get(f"/v1/plan/es_data?{query}&plan={plan_id}")
        return [item["objectId"] for item in answer.json()["items"]] if answer.status == 200 else []

    assert ids(f"id={plan_id}") == [plan_id]
    assert ids(f"id={plan_id}&parent_type=plan") == ["shares", "planservice-0", "planservice-1"]
    assert sorted(ids("id=planservice-1&parent_type=linkedPlanService")) == ["service-1", "share-1"]
    assert api.get("/v1/plan/es_data?id=x&parent_type=child").status == 400
    assert api.get(f"/v1/plan/es_data?id=planservice-1&plan={plan_id}").json()["items"][0]["parentId"] == plan_id
    api.call("DELETE", path(stored))
    gone = until(lambda: api.get(f"/v1/plan/es_data?id=service-1&plan={plan_id}"), lambda answer: answer.status == 404)
    assert gone.status == 404
    assert ids("id=planservice-1&parent_type=linkedPlanServices") == []


def test_the_index_follows_services_that_come_change_and_go(api: Api, stored: dict[str, Any]) -> None:
    indexed(api, stored)
    added = new_plan(3)["linkedPlanServices"][2]
    stored["linkedPlanServices"][0]["planserviceCostShares"]["copay"] = 12.5
    stored["linkedPlanServices"].append(added)
    change = [{"objectId": "planservice-0", "planserviceCostShares": {"copay": 12.5}}, added]
    assert api.call("PATCH", path(stored), {"linkedPlanServices": change}).json() == stored
    assert indexed(api, stored).json() == stored
    del stored["linkedPlanServices"][1]
    body = {"linkedPlanServices": stored["linkedPlanServices"]}
    assert api.call("PATCH", path(stored), body, **MERGE).json() == stored
    assert indexed(api, stored).json() == stored
    assert api.get(f"/v1/plan/es_data?id=service-1&plan={stored['objectId']}").status == 404


def test_doubled_and_shuffled_messages_leave_the_index_as_it_is(
    api: Api, stack: dict[str, Any], stored: dict[str, Any]
) -> None:
    for copay in range(1, 6):
        body = {"linkedPlanServices": [{"objectId": "planservice-1", "planserviceCostShares": {"copay": copay}}]}
        assert api.call("PATCH", path(stored), body).status == 200
    stored["linkedPlanServices"][1]["planserviceCostShares"]["copay"] = 5
    assert indexed(api, stored).json() == stored
    sqs = aws_client(stack, "sqs")
    told = {"tenant": "main", "objectId": stored["objectId"], "at": "2026-11-21T12:00:00.000+00:00"}
    messages = [told | {"version": version} for version in range(1, 7)] * 2
    random.shuffle(messages)
    for message in messages:
        sqs.send_message(QueueUrl=stack["queues"]["SearchIndex"], MessageBody=json.dumps(message))
    drained(stack)
    assert indexed(api, stored).json() == stored


def test_a_plan_of_1000_services_goes_in_and_out(api: Api) -> None:
    plan = new_plan(1000)
    assert api.post("/v1/plan", plan).status == 201
    assert api.get(path(plan)).json() == plan
    assert indexed(api, plan).json() == plan
    assert api.call("DELETE", path(plan)).status == 200
    assert api.get(path(plan)).status == 404
    answer = until(
        lambda: api.get(f"/v1/plan/es_data?id=service-999&plan={plan['objectId']}"), lambda found: found.status == 404
    )
    assert answer.status == 404


def test_bad_input_is_told_through_the_gateway(api: Api, stored: dict[str, Any]) -> None:
    assert api.call("POST", "/v1/plan", b'{"a": ').status == 400
    assert api.call("POST", "/v1/plan", b"{}", Content_Type="text/plain").status == 415
    large = api.post("/v1/plan", new_plan(note="x" * 5_000_000))
    assert large.status == 413
    assert large.headers["content-type"] == "application/problem+json"
    assert "upload" in large.json()["detail"]
    assert api.get("/v1/plan/" + "x" * 2000).status == 404
    assert api.get("/v1/plan/a%2Fb").status == 404
    assert api.get("/v1/plan/%E2%82%AC").status == 404
