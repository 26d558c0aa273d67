import json
from typing import Any

import pytest

from payerworks.settings import settings
from plans import create_plan, delete_plan, get_plan, patch_plan
from tests.unit.conftest import Call
from tests.unit.plans.plans import PLAN, changed, large_plan

SERVICE_ID = "27283xvx9sdf-507"
MERGE = {"Content-Type": "application/merge-patch+json"}
JSON_PATCH = {"Content-Type": "application/json-patch+json"}


@pytest.fixture
def stored(call: Call) -> dict[str, Any]:
    return call(create_plan.handler, "plans/create_plan")


def merged(**members: Any) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(json.dumps(PLAN))
    plan["linkedPlanServices"][1]["planserviceCostShares"] |= members
    return plan


def test_a_change_by_object_ids_merges_at_every_depth(call: Call, stored: dict[str, Any]) -> None:
    answer = call(patch_plan.handler, "plans/patch_plan")
    assert answer["statusCode"] == 200
    assert answer["json"] == merged(copay=150)
    assert answer["headers"]["ETag"].startswith('"2-')
    assert call(get_plan.handler, "plans/get_plan")["body"] == answer["body"]


def test_a_change_that_changes_nothing_keeps_the_etag(call: Call, stored: dict[str, Any]) -> None:
    for headers, body in (
        ({}, {"planType": "inNetwork", "linkedPlanServices": [{"objectId": SERVICE_ID}]}),
        (MERGE, {"planType": "inNetwork"}),
        (JSON_PATCH, [{"op": "test", "path": "/planType", "value": "inNetwork"}]),
    ):
        answer = call(patch_plan.handler, "plans/patch_plan", body=body, headers=headers)
        assert (answer["statusCode"], answer["body"]) == (200, stored["body"])
        assert answer["headers"]["ETag"] == stored["headers"]["ETag"]


def test_a_new_service_is_appended_and_a_null_is_a_value(call: Call, stored: dict[str, Any]) -> None:
    new = json.loads(json.dumps(PLAN["linkedPlanServices"][0]).replace("-50", "-60"))
    body = {"note": None, "linkedPlanServices": [new]}
    answer = call(patch_plan.handler, "plans/patch_plan", body=body)
    assert answer["json"] == PLAN | {"note": None, "linkedPlanServices": [*PLAN["linkedPlanServices"], new]}


def test_other_arrays_are_replaced(call: Call, stored: dict[str, Any]) -> None:
    for tags in ([1, 2, 3], [4]):
        answer = call(patch_plan.handler, "plans/patch_plan", body={"tags": tags})
        assert answer["json"]["tags"] == tags


def test_an_object_id_that_the_plan_has_already_is_refused(call: Call, stored: dict[str, Any]) -> None:
    taken = PLAN["linkedPlanServices"][0]["linkedService"]["objectId"]
    body = {"linkedPlanServices": [{"objectId": SERVICE_ID, "linkedService": {"objectId": taken}}]}
    answer = call(patch_plan.handler, "plans/patch_plan", body=body)
    assert answer["statusCode"] == 400
    assert [error["pointer"] for error in answer["json"]["errors"]] == ["/linkedPlanServices/0/linkedService/objectId"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ([], [""]),
        ({"linkedPlanServices": {}}, ["/linkedPlanServices"]),
        ({"linkedPlanServices": [{}]}, ["/linkedPlanServices/0/objectId"]),
        ({"linkedPlanServices": [{"objectId": SERVICE_ID}] * 2}, ["/linkedPlanServices/1/objectId"]),
        ({"linkedPlanServices": [{"objectId": "ä" * 129}]}, ["/linkedPlanServices/0/objectId"]),
        ({"objectId": "another"}, ["/objectId"]),
        ({"planCostShares": {"copay": -1}}, ["/planCostShares/copay"]),
        (
            {"planType": None, "linkedPlanServices": [{"objectId": SERVICE_ID, "linkedService": {"name": 5}}]},
            ["/planType", "/linkedPlanServices/0/linkedService/name"],
        ),
    ],
)
def test_a_change_that_breaks_the_plan_is_400(
    call: Call, stored: dict[str, Any], body: Any, pointers: list[str]
) -> None:
    answer = call(patch_plan.handler, "plans/patch_plan", body=body)
    assert answer["statusCode"] == 400
    assert [error["pointer"] for error in answer["json"]["errors"]] == pointers
    assert call(get_plan.handler, "plans/get_plan")["body"] == stored["body"]


def test_a_service_that_the_plan_does_not_have_and_that_is_too_little_to_add_is_told_once(
    call: Call, stored: dict[str, Any]
) -> None:
    misspelt = {"objectId": f"{SERVICE_ID}x", "planserviceCostShares": {"copay": -5}}
    for more in (0, 100):  # so many that the whole plan is read
        others = [{"objectId": f"other-{number}"} for number in range(more)]
        body = {"linkedPlanServices": [misspelt, *others]}
        answer = call(patch_plan.handler, "plans/patch_plan", body=body)
        assert answer["statusCode"] == 400
        first, second, *rest = answer["json"]["errors"]
        assert first["pointer"] == "/linkedPlanServices/0/objectId"
        assert first["message"].startswith("no service with this objectId; to add one give ")
        given = set(first["message"].partition(" give ")[2].split(", "))
        shares = {f"planserviceCostShares/{name}" for name in ("_org", "objectType", "objectId", "deductible")}
        assert given == {"_org", "objectType", "linkedService", *shares}
        assert second["pointer"] == "/linkedPlanServices/0/planserviceCostShares/copay"
        assert [error["pointer"] for error in rest] == [f"/linkedPlanServices/{n + 1}/objectId" for n in range(more)]


def test_faults_of_a_merge_that_needs_the_whole_plan_point_into_the_request(call: Call) -> None:
    plan = large_plan(100)
    call(create_plan.handler, "plans/create_plan", body=plan)
    services = plan["linkedPlanServices"]
    new = json.loads(json.dumps(services[0]).replace("-0", "-new"))
    new["linkedService"]["objectId"] = services[7]["linkedService"]["objectId"]
    known = {"objectId": services[42]["objectId"], "planserviceCostShares": {"copay": 1}}
    answer = call(patch_plan.handler, "plans/patch_plan", body={"linkedPlanServices": [known, new]})
    [error] = answer["json"]["errors"]
    assert error["pointer"] == "/linkedPlanServices/1/linkedService/objectId"
    backwards = [{"objectId": service["objectId"], "name": "x"} for service in reversed(services)]
    backwards[3]["planserviceCostShares"] = {"deductible": "none"}
    answer = call(patch_plan.handler, "plans/patch_plan", body={"linkedPlanServices": backwards})
    [error] = answer["json"]["errors"]
    assert error["pointer"] == "/linkedPlanServices/3/planserviceCostShares/deductible"


@pytest.mark.parametrize("object_id", [".", "", "a/b", "X%41"])
def test_an_id_that_no_service_can_have_is_the_only_fault_of_its_entry(
    call: Call, stored: dict[str, Any], object_id: str
) -> None:
    body = {"linkedPlanServices": [{"objectId": object_id}]}
    [error] = call(patch_plan.handler, "plans/patch_plan", body=body)["json"]["errors"]
    assert error["pointer"] == "/linkedPlanServices/0/objectId"
    assert error["message"].startswith("must ")


def test_what_a_change_takes_from_a_service_that_is_there_is_missing_as_before(
    call: Call, stored: dict[str, Any]
) -> None:
    body = [{"op": "remove", "path": f"/linkedPlanServices/{SERVICE_ID}/linkedService"}]
    answer = call(patch_plan.handler, "plans/patch_plan", body=body, headers=JSON_PATCH)
    expected = {"pointer": "/linkedPlanServices/1/linkedService", "message": "is missing"}
    assert answer["json"]["errors"] == [expected]


def test_if_match_lets_only_the_current_etag_pass(call: Call, stored: dict[str, Any]) -> None:
    etag = stored["headers"]["ETag"]
    assert call(patch_plan.handler, "plans/patch_plan", headers={"If-Match": '"1-0"'})["statusCode"] == 412
    for tags in (f"W/{etag}", etag.strip('"'), "", " "):
        assert call(patch_plan.handler, "plans/patch_plan", headers={"If-Match": tags})["statusCode"] == 412
    unchanged = call(patch_plan.handler, "plans/patch_plan", body={}, headers={"If-Match": f'"x", {etag}'})
    assert (unchanged["statusCode"], unchanged["headers"]["ETag"]) == (200, etag)
    assert call(patch_plan.handler, "plans/patch_plan", body={}, headers={"If-Match": "*"})["statusCode"] == 200
    assert call(patch_plan.handler, "plans/patch_plan", headers={"If-Match": etag})["statusCode"] == 200
    refused = call(patch_plan.handler, "plans/patch_plan", headers={"If-Match": etag})
    assert refused["statusCode"] == 412
    assert refused["headers"]["ETag"].startswith('"2-')


def test_a_stack_can_require_if_match(call: Call, stored: dict[str, Any], environment: Any) -> None:
    environment(REQUIRE_IF_MATCH="true")
    assert settings().require_if_match
    assert call(patch_plan.handler, "plans/patch_plan")["statusCode"] == 428


def test_a_merge_patch_replaces_arrays_and_takes_nulls_away(call: Call, stored: dict[str, Any]) -> None:
    services = [PLAN["linkedPlanServices"][1]]
    body = {"planCostShares": {"copay": None}, "linkedPlanServices": services}
    answer = call(patch_plan.handler, "plans/patch_plan", body=body, headers=MERGE)
    expected = {name: value for name, value in PLAN["planCostShares"].items() if name != "copay"}
    assert answer["json"] == PLAN | {"planCostShares": expected, "linkedPlanServices": services}


def test_a_json_patch_can_name_services_by_their_object_ids(call: Call, stored: dict[str, Any]) -> None:
    body = [
        {"op": "test", "path": f"/linkedPlanServices/{SERVICE_ID}/planserviceCostShares/copay", "value": 175},
        {"op": "replace", "path": f"/linkedPlanServices/{SERVICE_ID}/planserviceCostShares/copay", "value": 150},
        {"op": "move", "from": "/linkedPlanServices/1", "path": "/linkedPlanServices/0"},
    ]
    answer = call(patch_plan.handler, "plans/patch_plan", body=body, headers=JSON_PATCH)
    assert answer["json"] == PLAN | {"linkedPlanServices": merged(copay=150)["linkedPlanServices"][::-1]}
    failed = call(patch_plan.handler, "plans/patch_plan", body=body, headers=JSON_PATCH)
    assert (failed["statusCode"], failed["json"]["errors"][0]["pointer"]) == (409, "/0")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (MERGE, 5),
        (MERGE, {"linkedPlanServices": 5}),
        (MERGE, {"linkedPlanServices": [PLAN["linkedPlanServices"][0]] * 2}),
        (JSON_PATCH, [{"op": "replace", "path": "", "value": []}]),
        (JSON_PATCH, [{"op": "replace", "path": "/linkedPlanServices/0", "value": 5}]),
        (JSON_PATCH, [{"op": "copy", "from": "/linkedPlanServices/0", "path": "/linkedPlanServices/-"}]),
        (JSON_PATCH, [{"op": "add", "path": "/a" * depth, "value": {}} for depth in range(1, 300)]),
    ],
)
def test_a_result_that_is_no_valid_plan_is_400(call: Call, stored: dict[str, Any], headers: Any, body: Any) -> None:
    assert call(patch_plan.handler, "plans/patch_plan", body=body, headers=headers)["statusCode"] == 400
    assert call(get_plan.handler, "plans/get_plan")["body"] == stored["body"]


def test_one_service_of_1000_is_patched(call: Call) -> None:
    plan = large_plan(1000)
    call(create_plan.handler, "plans/create_plan", body=plan)
    service = plan["linkedPlanServices"][700]
    body = {"linkedPlanServices": [{"objectId": service["objectId"], "planserviceCostShares": {"copay": 99}}]}
    answer = call(patch_plan.handler, "plans/patch_plan", body=body, headers={"Prefer": "return=minimal"})
    assert answer["statusCode"] == 204
    service["planserviceCostShares"]["copay"] = 99
    assert call(get_plan.handler, "plans/get_plan")["json"] == plan


def test_all_services_of_a_large_plan_are_patched_at_once(call: Call) -> None:
    plan = large_plan(300)
    call(create_plan.handler, "plans/create_plan", body=plan)
    for service in plan["linkedPlanServices"]:
        service["planserviceCostShares"]["copay"] = 7
    changes = [
        {"objectId": service["objectId"], "planserviceCostShares": {"copay": 7}}
        for service in plan["linkedPlanServices"]
    ]
    answer = call(patch_plan.handler, "plans/patch_plan", body={"linkedPlanServices": changes})
    assert (answer["statusCode"], answer["json"]) == (200, plan)
    assert call(get_plan.handler, "plans/get_plan")["json"] == plan


def test_members_as_large_as_an_item_allows_are_changed_and_deleted(call: Call) -> None:
    many = {f"m{number}": "x" for number in range(25_000)}
    first = call(create_plan.handler, "plans/create_plan", body=changed(many=many))
    assert first["statusCode"] == 201
    assert call(patch_plan.handler, "plans/patch_plan", body={"many": {"m7": "y"}})["json"]["many"]["m7"] == "y"
    assert call(delete_plan.handler, "plans/delete_plan")["statusCode"] == 200
    assert call(get_plan.handler, "plans/get_plan", query={"version": "1"})["body"] == first["body"]


def test_a_change_of_large_parts_that_one_item_of_history_cannot_hold_is_stored(call: Call) -> None:
    plan = large_plan(3)
    for service in plan["linkedPlanServices"]:
        service["note"] = "x" * 200_000
    first = call(create_plan.handler, "plans/create_plan", body=plan)
    change = {
        "linkedPlanServices": [
            {"objectId": service["objectId"], "planserviceCostShares": {"copay": 9}}
            for service in plan["linkedPlanServices"][:2]
        ]
    }
    for service in plan["linkedPlanServices"][:2]:
        service["planserviceCostShares"]["copay"] = 9
    answer = call(patch_plan.handler, "plans/patch_plan", body=change)
    assert (answer["statusCode"], answer["json"]) == (200, plan)
    assert call(get_plan.handler, "plans/get_plan")["json"] == plan
    assert call(get_plan.handler, "plans/get_plan", query={"version": "1"})["body"] == first["body"]


def test_a_plan_cannot_grow_beyond_what_an_answer_holds(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan", body=large_plan(20))
    statuses = []
    for number in range(20):
        # Each of these characters takes six bytes of an answer.
        note = {"objectId": large_plan(20)["linkedPlanServices"][number]["objectId"], "note": "é" * 60_000}
        minimal = {"Prefer": "return=minimal"}
        answer = call(patch_plan.handler, "plans/patch_plan", body={"linkedPlanServices": [note]}, headers=minimal)
        statuses.append(answer["statusCode"])
    assert statuses == [204] * 16 + [413] * 4
    assert "too large" in answer["json"]["detail"]
    answer = call(get_plan.handler, "plans/get_plan")
    del answer["json"]
    assert len(json.dumps(answer)) < 6 * 1024 * 1024


def test_if_none_match_that_names_the_plan_is_412(call: Call, stored: dict[str, Any]) -> None:
    etag = stored["headers"]["ETag"]
    for header in ("*", etag, f"W/{etag}"):
        assert call(patch_plan.handler, "plans/patch_plan", headers={"If-None-Match": header})["statusCode"] == 412
    assert call(get_plan.handler, "plans/get_plan")["body"] == stored["body"]
    assert call(patch_plan.handler, "plans/patch_plan", headers={"If-None-Match": '"9-9"'})["statusCode"] == 200


def test_if_none_match_of_an_absent_plan_is_404(call: Call) -> None:
    assert call(patch_plan.handler, "plans/patch_plan", headers={"If-None-Match": "*"})["statusCode"] == 404
