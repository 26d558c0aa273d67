import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.health.health_score import health_score
from tests.unit.conftest import ROOT

OPTIONAL_BOOL = st.sampled_from([None, True, False])
HEALTH = st.fixed_dictionaries(
    {},
    optional={
        "is_smoker": OPTIONAL_BOOL,
        "consumes_alcohol": OPTIONAL_BOOL,
        "physical_activity_minutes_weekly": st.integers(0, 10_080),
    },
)
COUNTS = st.integers(0, 30)


@given(COUNTS, COUNTS, HEALTH)
def test_the_score_is_the_sum_of_its_parts_and_within_its_limits(
    conditions: int, medications: int, health: dict[str, Any]
) -> None:
    score, parts = health_score(conditions, medications, health)
    assert 0 <= score <= 100
    assert sum(part.points for part in parts) == score
    assert all(part.explanation for part in parts)


@given(COUNTS, COUNTS, HEALTH)
def test_no_illness_and_no_bad_habit_makes_the_score_better(
    conditions: int, medications: int, health: dict[str, Any]
) -> None:
    score = health_score(conditions, medications, health).score
    assert health_score(conditions + 1, medications, health).score <= score
    assert health_score(conditions, medications + 1, health).score <= score
    for habit in ("is_smoker", "consumes_alcohol"):
        assert health_score(conditions, medications, health | {habit: True}).score <= score
    minutes = health.get("physical_activity_minutes_weekly", 0)
    active = health | {"physical_activity_minutes_weekly": minutes + 75}
    assert health_score(conditions, medications, active).score >= score


@pytest.mark.parametrize(
    ("conditions", "medications", "health", "score"),
    [
        (0, 0, {}, 100),
        (1, 0, {}, 90),
        (0, 1, {}, 95),
        (0, 0, {"is_smoker": True}, 85),
        (0, 0, {"consumes_alcohol": True, "alcohol_frequency": "weekly"}, 90),
        (0, 0, {"consumes_alcohol": True, "alcohol_frequency": "never"}, 100),
        (2, 0, {"physical_activity_minutes_weekly": 74}, 80),
        (2, 0, {"physical_activity_minutes_weekly": 75}, 85),
        (2, 0, {"physical_activity_minutes_weekly": 149}, 85),
        (2, 0, {"physical_activity_minutes_weekly": 150}, 90),
        (0, 0, {"physical_activity_minutes_weekly": 150}, 100),
        (11, 3, {"is_smoker": True}, 0),
        (2, 1, {"is_smoker": True, "consumes_alcohol": True, "physical_activity_minutes_weekly": 200}, 60),
    ],
)
def test_the_score_of(conditions: int, medications: int, health: dict[str, Any], score: int) -> None:
    assert health_score(conditions, medications, health).score == score


def test_the_page_about_the_score_has_the_parts_of_the_rule_and_a_true_example() -> None:
    page = (ROOT / "docs/health-score.md").read_text()
    health = {"is_smoker": True, "consumes_alcohol": True, "physical_activity_minutes_weekly": 200}
    score, parts = health_score(2, 1, health)
    for part in [*parts, *health_score(20, 0, {}).parts]:
        assert f"`{part.name}`" in page
    assert f"100 − 20 − 5 − 15 − 10 + 10 = {score}" in re.sub(r"\s+", " ", page)
