import datetime

from plans import create_plan, delete_plan, list_plan_history, patch_plan
from tests.unit.conftest import Call
from tests.unit.plans.plans import PLAN, changed, large_plan

NAME = "plans/list_plan_history"


def live(call: Call) -> None:
    """A life of four versions: created, patched, deleted, created again."""
    call(create_plan.handler, "plans/create_plan", user_id="u-7", headers={"X-Request-Id": "r-1"})
    call(patch_plan.handler, "plans/patch_plan")
    call(delete_plan.handler, "plans/delete_plan")
    call(create_plan.handler, "plans/create_plan")


def test_the_changes_of_a_plan_are_listed_newest_first(call: Call) -> None:
    live(call)
    items = call(list_plan_history.handler, NAME)["json"]["items"]
    assert [(item["version"], item["operation"]) for item in items] == [
        (4, "created"),
        (3, "deleted"),
        (2, "patched"),
        (1, "created"),
    ]
    assert {name: items[3][name] for name in items[3] if name != "at"} == {
        "version": 1,
        "operation": "created",
        "by": "u-7",
        "requestId": "r-1",
        "changed": [PLAN["objectId"], *(service["objectId"] for service in PLAN["linkedPlanServices"])],
        "changedCount": 3,
    }
    assert items[2]["changed"] == ["27283xvx9sdf-507"]
    times = [datetime.datetime.fromisoformat(item["at"]) for item in items]
    assert times == sorted(times, reverse=True)
    assert times[0].utcoffset() == datetime.timedelta()


def test_a_deleted_plan_stays_listed_and_one_that_never_was_is_404(call: Call) -> None:
    assert call(list_plan_history.handler, NAME)["statusCode"] == 404
    call(create_plan.handler, "plans/create_plan")
    call(delete_plan.handler, "plans/delete_plan")
    answer = call(list_plan_history.handler, NAME)
    assert [item["operation"] for item in answer["json"]["items"]] == ["deleted", "created"]
    assert call(list_plan_history.handler, NAME, tenant="other")["statusCode"] == 404


def test_pages_follow_each_other_and_a_cursor_serves_one_plan_only(call: Call) -> None:
    live(call)
    call(create_plan.handler, "plans/create_plan", body=changed(objectId="two"))
    versions: list[int] = []
    query = {"limit": "3"}
    for _ in range(2):
        page = call(list_plan_history.handler, NAME, query=query)["json"]
        versions += [item["version"] for item in page["items"]]
        query |= {"cursor": page["nextCursor"]}
    assert versions == [4, 3, 2, 1]
    assert page["nextCursor"] is None
    cursor = call(list_plan_history.handler, NAME, query={"limit": "1"})["json"]["nextCursor"]
    other = call(list_plan_history.handler, NAME, path={"id": "two"}, query={"cursor": cursor})
    assert other["statusCode"] == 400


def test_a_change_of_many_services_lists_100_of_them_and_counts_all(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan", body=large_plan(120))
    [item] = call(list_plan_history.handler, NAME)["json"]["items"]
    assert (len(item["changed"]), item["changedCount"]) == (100, 121)


def test_numbers_out_of_range_and_unknown_parameters_are_400(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan")
    for query in ({"limit": "0"}, {"limit": "101"}, {"cursor": "forged"}, {"before": "3"}):
        assert call(list_plan_history.handler, NAME, query=query)["statusCode"] == 400
