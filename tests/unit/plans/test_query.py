"""The queries of a search for plans; what they find is tested against OpenSearch (tests/integration)."""

import json
from typing import Any

from plans.index.query import plans_body, services_body
from plans.index.search_models import PlanSearchQuery

TENANT = {"term": {"tenant": "acme"}}


def params(**query: str) -> PlanSearchQuery:
    return PlanSearchQuery.model_validate(query)


def plans(start: Any = None, plan_keys: set[str] | None = None, **query: str) -> dict[str, Any]:
    return plans_body("acme", params(**query), start, 11, plan_keys)


def plan_conditions(**query: str) -> list[dict[str, Any]]:
    conditions: list[dict[str, Any]] = plans(**query)["query"]["bool"]["filter"]
    assert conditions[:2] == [TENANT, {"term": {"kind": "plan"}}]
    return conditions[2:]


def service_query(**query: str) -> dict[str, Any]:
    """The query that one service document must match; both searches contain it."""
    (join,) = plans(**query)["query"]["bool"]["must"]
    child_query: dict[str, Any] = join["has_child"]["query"]
    services = services_body("acme", params(**query), 3)
    assert services is not None
    assert services["query"]["bool"]["filter"] == [{"term": {"kind": "linkedPlanServices"}}, child_query]
    assert child_query["bool"]["filter"][0] == TENANT
    return child_query["bool"]


def test_all_conditions_on_services_apply_to_the_same_service() -> None:
    child_query = service_query(q="eye exam", deductible_gte="10", deductible_lt="20.5", copay_lte="0", objectType="x")
    assert child_query["filter"][1:] == [
        {"range": {"deductible": {"gte": 10, "lt": 20.5}}},
        {"range": {"copay": {"lte": 0}}},
        {"term": {"objectTypes": "x"}},
    ]
    assert len(child_query["must"]) == 1
    assert service_query(annualMaximum_gt="1")["filter"][1:] == [{"range": {"annualMaximum": {"gt": 1}}}]


def test_minus_zero_is_zero_in_every_bound() -> None:
    bounds = {
        f"copay_{bound}": zero for bound, zero in zip(["gte", "gt", "lte", "lt"], ["-0", "-0.0"] * 2, strict=True)
    }
    assert "-" not in json.dumps(params(**bounds).ranges)
    assert params(**bounds).ranges == {"copay": {"gte": 0, "gt": 0, "lte": 0, "lt": 0}}


def test_services_are_searched_only_if_the_search_has_a_condition_on_them() -> None:
    for query in ({}, {"q": " \t"}, {"objectType": "plan"}, {"_org": "a"}, {"level": "plan", "copay_gte": "1"}):
        assert services_body("acme", params(**query), 3) is None
        assert "must" not in plans(**query)["query"]["bool"]


def test_level_plan_applies_the_ranges_to_the_plans_own_cost_shares() -> None:
    query = {"level": "plan", "copay_gte": "5", "q": "exam"}
    assert plan_conditions(**query) == [{"range": {"copay": {"gte": 5}}}]
    assert service_query(**query)["filter"] == [TENANT]


def test_filters_are_terms_and_days_a_range() -> None:
    assert plan_conditions(_org="a b", planType="x") == [{"term": {"org": "a b"}}, {"term": {"planType": "x"}}]
    days = plan_conditions(creationDate_gte="12-31-2017", creationDate_lte="2018-06-01")
    assert days == [{"range": {"created": {"gte": "2017-12-31", "lte": "2018-06-01"}}}]
    assert plan_conditions(creationDate_lte="20180601") == [{"range": {"created": {"lte": "2018-06-01"}}}]


def test_a_plan_is_named_for_itself_and_for_its_services() -> None:
    assert plan_conditions(plan="p") == [{"term": {"planId": "p"}}]
    assert plan_conditions(objectId_prefix="p-") == [{"prefix": {"planId": {"value": "p-"}}}]
    assert service_query(plan="p", q="exam")["filter"] == [TENANT, {"term": {"planId": "p"}}]
    assert services_body("acme", params(plan="p", objectId_prefix="p-"), 3) is None


def test_plans_whose_services_were_looked_up_are_named() -> None:
    conditions = plans(q="exam", plan_keys={"b", "a"})["query"]["bool"]["filter"]
    assert conditions[-1] == {"terms": {"key": ["a", "b"]}}
    assert plans(q="exam", plan_keys=set())["query"]["bool"]["filter"][-1] == {"terms": {"key": []}}


def test_the_order_is_by_score_only_with_a_text() -> None:
    assert plans(q="exam")["sort"] == [{"_score": "desc"}, {"planId": "asc"}]
    assert plans(copay_gte="1")["sort"] == [{"planId": "asc"}]
    assert "search_after" not in plans(q="exam")
    assert plans(start=[1.5, "p"], q="exam")["search_after"] == [1.5, "p"]


def test_ten_matching_services_are_shown_the_best_ones_first() -> None:
    def shown(**query: str) -> dict[str, Any]:
        (join,) = plans(**query)["query"]["bool"]["must"]
        inner: dict[str, Any] = join["has_child"]["inner_hits"]
        return inner

    by_rank = {"_source": ["whole"], "size": 10, "sort": [{"rank": "asc"}]}
    assert shown(copay_gte="1") == by_rank
    assert shown(q="exam") == by_rank | {"sort": ["_score", {"rank": "asc"}]}


def test_facets_are_counted_if_requested() -> None:
    assert "aggs" not in plans()
    assert set(plans(facets="_org,planType")["aggs"]) == {"_org", "planType"}


def test_the_last_word_of_a_short_text_may_be_the_start_of_one() -> None:
    def kinds(text: str) -> set[str]:
        choices = service_query(q=text)["must"][0]["bool"]["should"]
        assert all(next(iter(choice.values())) == {"serviceText": child_query(text)} for choice in choices)
        return {name for choice in choices for name in choice}

    def child_query(text: str) -> dict[str, str]:
        return {"query": text, "operator": "and"}

    assert kinds("eye ex") == {"match", "match_bool_prefix"}
    assert kinds("眼" * 200) == {"match", "match_bool_prefix"}
    assert kinds("眼" * 201) == kinds("眼" * 1000) == {"match"}
