import json
import re

import pytest

from payerworks.aws import client
from payerworks.settings import settings
from plans import create_plan, get_plan, patch_plan
from tests.unit.conftest import Call, api_event
from tests.unit.plans.plans import PLAN, changed, large_plan


def test_a_new_plan_is_stored_and_given_back(call: Call) -> None:
    answer = call(create_plan.handler, "plans/create_plan")
    assert answer["statusCode"] == 201
    assert answer["json"] == PLAN
    assert answer["headers"]["Location"] == "plan/12xvxc345ssdsds-508"
    assert answer["headers"]["ETag"].startswith('"1-')
    assert answer["headers"]["Change-Token"]
    again = call(get_plan.handler, "plans/get_plan")
    assert (again["body"], again["headers"]["ETag"]) == (answer["body"], answer["headers"]["ETag"])


def test_a_plan_comes_back_exactly_as_it_was_sent(call: Call) -> None:
    text = api_event("plans/create_plan")["body"].replace('"deductible":2000', '"deductible":2000.10,"x":[1.0,1e2,-0]')
    text = text.replace('"planType"', '"ünknown":{"b":null,"a":12345678901234567890123},"planType"')
    assert call(create_plan.handler, "plans/create_plan", body=text)["body"] == text
    assert call(get_plan.handler, "plans/get_plan")["body"] == text


def test_members_after_the_services_keep_their_place(call: Call) -> None:
    ends_with_services = {name: PLAN[name] for name in PLAN if name != "linkedPlanServices"} | {
        "linkedPlanServices": []
    }
    call(create_plan.handler, "plans/create_plan", body=ends_with_services)
    assert list(call(get_plan.handler, "plans/get_plan")["json"]) == list(ends_with_services)


def test_a_plan_that_exists_is_409_with_its_etag(call: Call) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    second = call(create_plan.handler, "plans/create_plan", body=changed(planType="other"))
    assert second["statusCode"] == 409
    assert second["headers"]["ETag"] == first["headers"]["ETag"]
    assert second["headers"]["Content-Type"] == "application/problem+json"


def test_another_tenant_has_plans_of_its_own(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan")
    assert call(get_plan.handler, "plans/get_plan", tenant="other")["statusCode"] == 404
    assert call(create_plan.handler, "plans/create_plan", tenant="other")["statusCode"] == 201


def test_every_fault_of_a_broken_plan_is_told_with_its_pointer(call: Call) -> None:
    service = PLAN["linkedPlanServices"][0]
    broken = changed(
        objectId="a/b",
        creationDate="2017-02-30",
        planCostShares=PLAN["planCostShares"] | {"deductible": -1, "copay": "23"},
        linkedPlanServices=[
            service | {"linkedService": {"objectId": "s", "objectType": "service", "_org": "x"}},
            service | {"planserviceCostShares": None, "linkedService": service["linkedService"] | {"objectId": "t"}},
            5,
        ],
    )
    del broken["planType"]
    answer = call(create_plan.handler, "plans/create_plan", body=broken)
    assert answer["statusCode"] == 400
    told = {error["pointer"] for error in answer["json"]["errors"]}
    assert told == {
        "/objectId",
        "/planType",
        "/creationDate",
        "/planCostShares/deductible",
        "/planCostShares/copay",
        "/linkedPlanServices/0/linkedService/name",
        "/linkedPlanServices/1/planserviceCostShares",
        "/linkedPlanServices/1/objectId",
        "/linkedPlanServices/2",
    }


def test_a_list_of_faults_ends_after_a_thousand(call: Call) -> None:
    body = json.dumps(PLAN | {"linkedPlanServices": [{}] * 2_000})
    answer = call(create_plan.handler, "plans/create_plan", body=body)
    assert (answer["statusCode"], len(answer["json"]["errors"])) == (400, 1000)
    assert answer["json"]["detail"] == "The plan is not valid. Only the first 1,000 faults are listed."


def test_services_beyond_what_a_plan_can_have_are_not_looked_at(call: Call) -> None:
    body = json.dumps(PLAN | {"linkedPlanServices": [{}] * 200_000})
    answer = call(create_plan.handler, "plans/create_plan", body=body)
    assert answer["statusCode"] == 400
    fault = {"pointer": "/linkedPlanServices", "message": "has more than 20,000 services"}
    assert answer["json"]["errors"] == [fault]


@pytest.mark.parametrize(
    ("object_id", "allowed"),
    [
        ("x" * 256, True),
        ("é" * 128, True),
        ("plan 7 – ärztlich?#%4", True),
        ("100%", True),
        ("...", True),
        (".", False),
        ("..", False),
        ("X%41", False),
        ("a%2fb", False),
        ("", False),
        ("x" * 257, False),
        ("é" * 129, False),
        ("x" * 2000, False),
        ("a/b", False),
        ("a\nb", False),
        ("search", False),
        ("es_data", False),
    ],
)
def test_object_ids_have_1_to_256_bytes_without_slash_or_control(call: Call, object_id: str, allowed: bool) -> None:
    answer = call(create_plan.handler, "plans/create_plan", body=changed(objectId=object_id))
    assert answer["statusCode"] == (201 if allowed else 400)
    if not allowed:
        assert [error["pointer"] for error in answer["json"]["errors"]] == ["/objectId"]


def test_the_ids_of_all_objects_of_a_plan_are_alike(call: Call) -> None:
    plan = changed(objectId="%41")
    plan["planCostShares"] = plan["planCostShares"] | {"objectId": ".."}
    service = plan["linkedPlanServices"][0] | {"objectId": "."}
    service["linkedService"] = service["linkedService"] | {"objectId": "a%2Fb"}
    service["planserviceCostShares"] = service["planserviceCostShares"] | {"objectId": "%00"}
    answer = call(create_plan.handler, "plans/create_plan", body=plan | {"linkedPlanServices": [service]})
    assert answer["statusCode"] == 400
    assert {error["pointer"] for error in answer["json"]["errors"]} == {
        "/objectId",
        "/planCostShares/objectId",
        "/linkedPlanServices/0/objectId",
        "/linkedPlanServices/0/linkedService/objectId",
        "/linkedPlanServices/0/planserviceCostShares/objectId",
    }


def test_numbers_have_100_characters_at_most_wherever_they_are(call: Call) -> None:
    longest, longer = f"0.{'0' * 97}1", f"0.{'0' * 98}1"
    assert (len(longest), len(longer)) == (100, 101)
    body = json.dumps(changed(objectId="NUMBERS", note=["N0", {"n": "N1"}]))
    body = body.replace('"copay": 23', '"copay": N2').replace('"deductible": 10,', '"deductible": N3,', 1)
    for number, status in ((longest, 201), (longer, 400), ("1" * 101, 400), (f"1{'0' * 50}e-{'0' * 48}1", 400)):
        sent = re.sub(r'"?N[0-3]"?', number, body)
        answer = call(create_plan.handler, "plans/create_plan", body=sent)
        assert answer["statusCode"] == status, answer
    pointers = {error["pointer"] for error in answer["json"]["errors"]}
    places = {"/note/0", "/note/1/n", "/planCostShares/copay", "/linkedPlanServices/0/planserviceCostShares/deductible"}
    assert places <= pointers
    assert "more than 100 characters" in answer["body"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"objectId": ', "not JSON"),
        ('{"objectId": NaN}', "NaN"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": "\\ud800"}', "lone surrogate"),
        ("[" * 101 + "]" * 101, "100 levels"),
        ('{"a": 1e400}', "too large"),
        ("", "not JSON"),
    ],
)
def test_what_is_no_json_is_400(call: Call, body: str, told: str) -> None:
    answer = call(create_plan.handler, "plans/create_plan", body=body)
    assert answer["statusCode"] == 400
    assert told in answer["json"]["detail"]


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/merge-patch+json"])
def test_another_media_type_is_415(call: Call, media_type: str | None) -> None:
    answer = call(create_plan.handler, "plans/create_plan", headers={"Content-Type": media_type})
    assert answer["statusCode"] == 415
    assert answer["headers"]["Accept"] == "application/json"


def test_a_body_over_4_mb_is_413_and_says_where_to_go(call: Call) -> None:
    answer = call(create_plan.handler, "plans/create_plan", body=changed(note="x" * 5_000_000))
    assert answer["statusCode"] == 413
    assert "POST /ingest/uploads" in answer["json"]["detail"]


def test_a_client_that_prefers_minimal_gets_204_and_the_etag(call: Call) -> None:
    answer = call(create_plan.handler, "plans/create_plan", headers={"Prefer": "return=minimal"})
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert answer["headers"]["ETag"] == call(get_plan.handler, "plans/get_plan")["headers"]["ETag"]


def test_a_repeat_with_its_idempotency_key_gets_the_first_answer(call: Call) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = call(create_plan.handler, "plans/create_plan", headers=key)
    second = call(create_plan.handler, "plans/create_plan", headers=key)
    assert (second["statusCode"], second["body"]) == (201, first["body"])
    assert second["headers"]["ETag"] == first["headers"]["ETag"]
    other = call(create_plan.handler, "plans/create_plan", headers=key, body=changed(planType="other"))
    assert other["statusCode"] == 422
    assert call(create_plan.handler, "plans/create_plan", headers=key, user_id="u-2")["statusCode"] == 409


def test_a_retry_after_a_crash_finds_the_plan_that_the_first_try_stored(call: Call) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = call(create_plan.handler, "plans/create_plan", headers=key)
    # The marker as a call leaves it that dies after storing the plan and before keeping its answer.
    dynamodb, table = client("dynamodb"), settings().tables["requests"]
    [marker] = dynamodb.scan(TableName=table)["Items"]
    del marker["answer"]
    dynamodb.put_item(TableName=table, Item=marker | {"locked_until": {"N": "0"}})
    again = call(create_plan.handler, "plans/create_plan", headers=key)
    assert (again["statusCode"], again["body"]) == (201, first["body"])
    assert again["headers"]["ETag"] == first["headers"]["ETag"]


def test_a_failed_validation_is_not_kept_under_the_key(call: Call) -> None:
    key = {"Idempotency-Key": "k-1"}
    assert call(create_plan.handler, "plans/create_plan", headers=key, body={})["statusCode"] == 400
    assert call(create_plan.handler, "plans/create_plan", headers=key)["statusCode"] == 201


def test_a_plan_of_1000_services_comes_back_in_its_order(call: Call) -> None:
    plan = large_plan(1000)
    assert call(create_plan.handler, "plans/create_plan", body=plan)["statusCode"] == 201
    assert call(get_plan.handler, "plans/get_plan")["json"] == plan
    key = {"Idempotency-Key": "k-1"}
    other = call(create_plan.handler, "plans/create_plan", body=plan | {"objectId": "two"}, headers=key)
    assert (
        call(create_plan.handler, "plans/create_plan", body=plan | {"objectId": "two"}, headers=key)["body"]
        == other["body"]
    )


@pytest.mark.parametrize("services", [2, 1000])
def test_a_repeat_with_members_in_another_order_gets_the_first_answer(call: Call, services: int) -> None:
    key = {"Idempotency-Key": "k-1"}
    plan = large_plan(services)
    first = call(create_plan.handler, "plans/create_plan", body=plan, headers=key)
    call(patch_plan.handler, "plans/patch_plan", body={"planType": "changed since"})
    backwards = json.dumps(dict(reversed(plan.items())), indent=1)
    again = call(create_plan.handler, "plans/create_plan", body=backwards, headers=key)
    assert (again["statusCode"], again["body"]) == (201, first["body"])
    assert again["headers"]["ETag"] == first["headers"]["ETag"]


@pytest.mark.parametrize("key", ["", " ", "k" * 256])
def test_a_blank_or_long_idempotency_key_is_400(call: Call, key: str) -> None:
    answer = call(create_plan.handler, "plans/create_plan", headers={"Idempotency-Key": key})
    assert answer["statusCode"] == 400
