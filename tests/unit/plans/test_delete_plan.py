from plans import create_plan, delete_plan, get_plan
from tests.unit.conftest import Call


def test_a_delete_needs_the_current_etag_where_it_names_one(call: Call) -> None:
    etag = call(create_plan.handler, "plans/create_plan")["headers"]["ETag"]
    assert call(delete_plan.handler, "plans/delete_plan", headers={"If-Match": '"9-0"'})["statusCode"] == 412
    assert call(delete_plan.handler, "plans/delete_plan", headers={"If-Match": etag})["statusCode"] == 200
    assert call(delete_plan.handler, "plans/delete_plan", headers={"If-Match": etag})["statusCode"] == 412


def test_a_client_that_prefers_minimal_gets_204_with_a_token_and_no_etag(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan")
    answer = call(delete_plan.handler, "plans/delete_plan", headers={"Prefer": "return=minimal"})
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert answer["headers"]["Change-Token"]
    assert "ETag" not in answer["headers"]
    assert call(get_plan.handler, "plans/get_plan")["statusCode"] == 404


def test_another_tenants_plan_is_as_if_it_did_not_exist(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan")
    assert call(delete_plan.handler, "plans/delete_plan", tenant="other")["statusCode"] == 404
    assert call(get_plan.handler, "plans/get_plan")["statusCode"] == 200


def test_a_delete_with_if_none_match_that_names_the_plan_is_412(call: Call) -> None:
    etag = call(create_plan.handler, "plans/create_plan")["headers"]["ETag"]
    for header in ("*", etag, f"W/{etag}"):
        assert call(delete_plan.handler, "plans/delete_plan", headers={"If-None-Match": header})["statusCode"] == 412
    assert call(get_plan.handler, "plans/get_plan")["statusCode"] == 200
    assert call(delete_plan.handler, "plans/delete_plan", headers={"If-None-Match": '"9-9"'})["statusCode"] == 200
