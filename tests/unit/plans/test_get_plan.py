from plans import create_plan, delete_plan, get_plan
from tests.unit.conftest import Call


def test_a_plan_that_is_not_there_is_404(call: Call) -> None:
    answer = call(get_plan.handler, "plans/get_plan")
    assert answer["statusCode"] == 404
    assert answer["json"]["requestId"] == answer["headers"]["X-Request-Id"]


def test_a_client_that_has_it_gets_304_without_a_body(call: Call) -> None:
    etag = call(create_plan.handler, "plans/create_plan")["headers"]["ETag"]
    for header in (etag, f'"other", W/{etag}', "*"):
        answer = call(get_plan.handler, "plans/get_plan", headers={"If-None-Match": header})
        assert (answer["statusCode"], answer["body"]) == (304, "")
        assert answer["headers"]["ETag"] == etag
    assert call(get_plan.handler, "plans/get_plan", headers={"If-None-Match": '"other"'})["statusCode"] == 200


def test_a_request_id_is_taken_or_made(call: Call) -> None:
    taken = call(get_plan.handler, "plans/get_plan", headers={"X-Request-Id": "mine-1"})
    assert taken["headers"]["X-Request-Id"] == "mine-1"
    made = call(get_plan.handler, "plans/get_plan", headers={"X-Request-Id": "no id\nat all"})
    assert made["headers"]["X-Request-Id"] == "3e1c7f0a-0d6b-4c1e-9d6a-2f6f3f6c9a11"


def test_without_a_caller_there_is_401(call: Call) -> None:
    answer = call(get_plan.handler, "plans/get_plan", tenant="")
    assert answer["statusCode"] == 401
    assert answer["headers"]["WWW-Authenticate"] == "Bearer"


def test_an_id_that_is_percent_encoded_in_the_path_finds_its_plan(call: Call) -> None:
    from tests.unit.plans.plans import changed

    call(create_plan.handler, "plans/create_plan", body=changed(objectId="ä ö#1"))
    assert call(get_plan.handler, "plans/get_plan", path={"id": "%C3%A4%20%C3%B6%231"})["statusCode"] == 200


def test_a_deleted_plan_is_404_and_made_again_it_never_has_an_old_etag(call: Call) -> None:
    first = call(create_plan.handler, "plans/create_plan")
    gone = call(delete_plan.handler, "plans/delete_plan")
    assert gone["json"] == {"status": "deleted", "objectId": "12xvxc345ssdsds-508"}
    assert call(get_plan.handler, "plans/get_plan")["statusCode"] == 404
    assert call(delete_plan.handler, "plans/delete_plan")["statusCode"] == 404
    again = call(create_plan.handler, "plans/create_plan")
    assert (again["statusCode"], again["body"]) == (201, first["body"])
    assert again["headers"]["ETag"].startswith('"3-')
