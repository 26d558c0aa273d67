import json

import pytest

from localstack import layout, sam_local
from localstack.problem import StackProblem


def test_the_event_of_an_operation_is_found_by_its_name() -> None:
    assert sam_local.event_of("create_plan").match("events/plans/create_plan.json")
    assert layout.logical_id("create_plan") == "CreatePlan"


def test_an_unknown_operation_is_answered_with_similar_ones() -> None:
    with pytest.raises(StackProblem, match=r"No operation is called create_plans. There are create_plan, "):
        sam_local.event_of("create_plans")


def test_an_answer_is_printed_with_its_body_as_json() -> None:
    answer = json.dumps({"statusCode": 200, "body": '{"objectId": "p-1"}'})
    assert json.loads(sam_local.readable(answer)) == {"statusCode": 200, "body": {"objectId": "p-1"}}
    assert json.loads(sam_local.readable('{"statusCode": 200, "body": "text"}'))["body"] == "text"
    assert sam_local.readable("no JSON") == "no JSON"


def test_containers_reach_this_machine_by_the_first_address_of_the_bridge() -> None:
    ipv6 = {"Subnet": "fd00::/64", "Gateway": "fd00::1"}
    assert sam_local.gateway([ipv6, {"Subnet": "172.17.0.0/16", "Gateway": "172.17.0.9"}]) == "172.17.0.9"
    assert sam_local.gateway([{"Subnet": "172.17.0.0/16"}]) == "172.17.0.1"
    with pytest.raises(StackProblem, match="bridge network"):
        sam_local.gateway([ipv6])
