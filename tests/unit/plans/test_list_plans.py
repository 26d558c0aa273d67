from plans import create_plan, delete_plan, list_plans
from tests.unit.conftest import Call
from tests.unit.plans.plans import PLAN, changed


def test_a_list_shows_summaries_page_by_page(call: Call) -> None:
    for number in range(5):
        call(create_plan.handler, "plans/create_plan", body=changed(objectId=f"plan-{number}"))
    call(create_plan.handler, "plans/create_plan", body=changed(objectId="other"), tenant="other")
    shown = {name: PLAN[name] for name in PLAN if name not in ("planCostShares", "linkedPlanServices")}
    page = call(list_plans.handler, "plans/list_plans", query={"limit": "3"})
    assert page["json"]["items"] == [shown | {"objectId": f"plan-{number}", "serviceCount": 2} for number in range(3)]
    cursor = page["json"]["nextCursor"]
    assert page["headers"]["Link"] == f'<?limit=3&cursor={cursor}>; rel="next"'
    last = call(list_plans.handler, "plans/list_plans", query={"limit": "3", "cursor": cursor})
    assert [item["objectId"] for item in last["json"]["items"]] == ["plan-3", "plan-4"]
    assert last["json"]["nextCursor"] is None
    assert "Link" not in last["headers"]


def test_filters_pick_by_org_and_type(call: Call) -> None:
    for number, (org, plan_type) in enumerate([("a", "x"), ("a", "y"), ("b", "x")]):
        body = changed(objectId=f"plan-{number}", _org=org, planType=plan_type)
        call(create_plan.handler, "plans/create_plan", body=body)

    def found(**query: str) -> list[str]:
        answer = call(list_plans.handler, "plans/list_plans", query=query)
        return [item["objectId"] for item in answer["json"]["items"]]

    assert found(_org="a") == ["plan-0", "plan-1"]
    assert found(planType="x") == ["plan-0", "plan-2"]
    assert found(_org="a", planType="y") == ["plan-1"]
    assert found(_org="c") == []


def test_a_deleted_plan_is_not_listed(call: Call) -> None:
    call(create_plan.handler, "plans/create_plan")
    call(delete_plan.handler, "plans/delete_plan")
    assert call(list_plans.handler, "plans/list_plans")["json"]["items"] == []


def test_a_cursor_is_bound_to_tenant_and_query(call: Call) -> None:
    for number in range(3):
        for tenant in ("acme", "other"):
            call(create_plan.handler, "plans/create_plan", body=changed(objectId=f"plan-{number}"), tenant=tenant)
    cursor = call(list_plans.handler, "plans/list_plans", query={"limit": "1"})["json"]["nextCursor"]
    assert call(list_plans.handler, "plans/list_plans", query={"cursor": cursor})["statusCode"] == 200
    for changes in ({"tenant": "other"}, {"query": {"cursor": cursor, "_org": "a"}}, {"query": {"cursor": "AAAA"}}):
        answer = call(list_plans.handler, "plans/list_plans", **({"query": {"cursor": cursor}} | changes))
        assert answer["statusCode"] == 400
        assert answer["json"]["errors"][0]["pointer"] == "/cursor"


def test_a_query_out_of_range_or_unknown_is_400(call: Call) -> None:
    for name, text in (("limit", "0"), ("limit", "101"), ("limit", "x"), ("colour", "red")):
        answer = call(list_plans.handler, "plans/list_plans", query={name: text})
        assert answer["statusCode"] == 400
        assert answer["json"]["errors"][0]["pointer"] == f"/{name}"
