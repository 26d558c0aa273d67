import pytest

from plans import create_plan, delete_plan, get_plan, replace_plan
from tests.unit.conftest import Call
from tests.unit.plans.plans import PLAN, changed, large_plan


def test_a_plan_is_replaced_whole(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan")
    new = changed(planType="outOfNetwork", linkedPlanServices=PLAN["linkedPlanServices"][1:])
    answer = call(replace_plan.handler, "plans/replace_plan", body=new)
    assert (answer["statusCode"], answer["json"]) == (200, new)
    assert call(get_plan.handler, "plans/get_plan")["json"] == new


def test_the_same_plan_again_changes_nothing(call: Call) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    assert call(replace_plan.handler, "plans/replace_plan")["headers"]["ETag"] == first["headers"]["ETag"]


def test_an_absent_plan_is_404_unless_it_is_to_be_created(call: Call) -> None:
    assert call(replace_plan.handler, "plans/replace_plan")["statusCode"] == 404
    create = {"If-None-Match": "*"}
    assert call(replace_plan.handler, "plans/replace_plan", headers=create)["statusCode"] == 201
    assert call(replace_plan.handler, "plans/replace_plan", headers=create)["statusCode"] == 412


def test_another_object_id_in_the_body_is_400(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan")
    answer = call(replace_plan.handler, "plans/replace_plan", body=changed(objectId="another"))
    assert answer["statusCode"] == 400
    assert answer["json"]["errors"] == [{"pointer": "/objectId", "message": "is not the id in the path"}]


def test_if_match_on_an_absent_plan_is_412(call: Call) -> None:
    assert call(replace_plan.handler, "plans/replace_plan", headers={"If-Match": "*"})["statusCode"] == 412


def test_a_deleted_plan_is_created_again_by_put_with_an_etag_of_its_own(call: Call) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    call(delete_plan.handler, "plans/delete_plan")
    assert call(replace_plan.handler, "plans/replace_plan")["statusCode"] == 404
    create = {"If-None-Match": "*"}
    both = create | {"If-Match": first["headers"]["ETag"]}
    assert call(replace_plan.handler, "plans/replace_plan", headers=both)["statusCode"] == 412
    again = call(replace_plan.handler, "plans/replace_plan", body=first["body"], headers=create)
    assert (again["statusCode"], again["body"]) == (201, first["body"])
    assert again["headers"]["ETag"] != first["headers"]["ETag"]


def test_a_small_plan_becomes_a_large_one_and_small_again(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan")
    for plan in (large_plan(500), large_plan(499), PLAN):
        assert call(replace_plan.handler, "plans/replace_plan", body=plan)["json"] == plan
        assert call(get_plan.handler, "plans/get_plan")["json"] == plan


@pytest.mark.parametrize("weak", ["", "W/"])
def test_if_none_match_with_the_current_etag_is_412(call: Call, weak: str) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    headers = {"If-None-Match": f'"9-9", {weak}{first["headers"]["ETag"]}'}
    answer = call(replace_plan.handler, "plans/replace_plan", body=changed(planType="other"), headers=headers)
    assert (answer["statusCode"], answer["headers"]["ETag"]) == (412, first["headers"]["ETag"])
    assert call(get_plan.handler, "plans/get_plan")["body"] == first["body"]
    answer = call(replace_plan.handler, "plans/replace_plan", headers={"If-None-Match": '"9-9"'})
    assert answer["statusCode"] == 200
