"""The queries of a search for plans; what they find is tested against OpenSearch (tests/integration)."""

from typing import Any

from plans.index.query import plans_body, services_body
from plans.index.search_models import PlanSearchQuery

TENANT = {"term": {"tenant": "acme"}}


def wanted(**query: str) -> PlanSearchQuery:
    return PlanSearchQuery.model_validate(query)


def plans(start: Any = None, among: set[str] | None = None, **query: str) -> dict[str, Any]:
    return plans_body("acme", wanted(**query), start, 11, among)


def asked_of_a_plan(**query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = plans(**query)["query"]["bool"]["filter"]
    assert found[:2] == [TENANT, {"term": {"kind": "plan"}}]
    return found[2:]


def asked_of_a_service(**query: str) -> dict[str, Any]:
    """The query of the one document that all must hold for; the same in both searches."""
    (join,) = plans(**query)["query"]["bool"]["must"]
    asked: dict[str, Any] = join["has_child"]["query"]
    services = services_body("acme", wanted(**query), 3)
    assert services is not None
    assert services["query"]["bool"]["filter"] == [{"term": {"kind": "linkedPlanServices"}}, asked]
    assert asked["bool"]["filter"][0] == TENANT
    return asked["bool"]


def test_what_is_said_of_services_holds_for_one_of_them() -> None:
    asked = asked_of_a_service(q="eye exam", deductible_gte="10", deductible_lt="20.5", copay_lte="0", objectType="x")
    assert asked["filter"][1:] == [
        {"range": {"deductible": {"gte": 10, "lt": 20.5}}},
        {"range": {"copay": {"lte": 0}}},
        {"term": {"objectTypes": "x"}},
    ]
    assert len(asked["must"]) == 1
    assert asked_of_a_service(annualMaximum_gt="1")["filter"][1:] == [{"range": {"annualMaximum": {"gt": 1}}}]


def test_services_are_searched_only_where_something_is_asked_of_them() -> None:
    for query in ({}, {"q": " \t"}, {"objectType": "plan"}, {"_org": "a"}, {"level": "plan", "copay_gte": "1"}):
        assert services_body("acme", wanted(**query), 3) is None
        assert "must" not in plans(**query)["query"]["bool"]


def test_ranges_speak_of_the_plans_own_cost_shares_where_the_level_says_so() -> None:
    query = {"level": "plan", "copay_gte": "5", "q": "exam"}
    assert asked_of_a_plan(**query) == [{"range": {"copay": {"gte": 5}}}]
    assert asked_of_a_service(**query)["filter"] == [TENANT]


def test_filters_are_terms_and_days_a_range() -> None:
    assert asked_of_a_plan(_org="a b", planType="x") == [{"term": {"org": "a b"}}, {"term": {"planType": "x"}}]
    days = asked_of_a_plan(creationDate_gte="12-31-2017", creationDate_lte="2018-06-01")
    assert days == [{"range": {"created": {"gte": "2017-12-31", "lte": "2018-06-01"}}}]
    assert asked_of_a_plan(creationDate_lte="20180601") == [{"range": {"created": {"lte": "2018-06-01"}}}]


def test_plans_whose_services_were_looked_up_are_named() -> None:
    conditions = plans(q="exam", among={"b", "a"})["query"]["bool"]["filter"]
    assert conditions[-1] == {"terms": {"key": ["a", "b"]}}
    assert plans(q="exam", among=set())["query"]["bool"]["filter"][-1] == {"terms": {"key": []}}


def test_the_order_is_by_score_only_where_there_is_a_text() -> None:
    assert plans(q="exam")["sort"] == [{"_score": "desc"}, {"planId": "asc"}]
    assert plans(copay_gte="1")["sort"] == [{"planId": "asc"}]
    assert "search_after" not in plans(q="exam")
    assert plans(start=[1.5, "p"], q="exam")["search_after"] == [1.5, "p"]


def test_facets_are_counted_where_they_are_wanted() -> None:
    assert "aggs" not in plans()
    assert set(plans(facets="_org,planType")["aggs"]) == {"_org", "planType"}


def test_the_last_word_of_a_short_text_may_be_the_start_of_one() -> None:
    def kinds(text: str) -> set[str]:
        choices = asked_of_a_service(q=text)["must"][0]["bool"]["should"]
        assert all(next(iter(choice.values())) == {"serviceText": asked(text)} for choice in choices)
        return {name for choice in choices for name in choice}

    def asked(text: str) -> dict[str, str]:
        return {"query": text, "operator": "and"}

    assert kinds("eye ex") == {"match", "match_bool_prefix"}
    assert kinds("眼" * 1000) == {"match"}
