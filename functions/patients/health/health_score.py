"""The health score of a patient: docs/health-score.md explains its rule."""

from typing import Any, NamedTuple

from directory.people.person import Profile

LOWEST, HIGHEST = 0, 100
A_CONDITION, A_MEDICATION, SMOKING, ALCOHOL = -10, -5, -15, -10
ACTIVE, MODERATELY_ACTIVE = (150, 10), (75, 5)
"""Minutes of activity a week, and points from there on (WHO guidelines on physical activity, 2020: 150 to 300)."""


class ScorePart(NamedTuple):
    """What adds some points to the score, which may be negative."""

    name: str
    points: int
    explanation: str


class HealthScore(NamedTuple):
    """A score from 0 to 100, and its parts, whose points add up to it."""

    score: int
    parts: list[ScorePart]


def health_score(conditions: int, medications: int, health: Profile) -> HealthScore:
    """The score of a patient with these numbers of current conditions and medications, and this health profile."""
    parts = [
        ScorePart("start", HIGHEST, "Everybody begins with 100 points."),
        ScorePart("conditions", A_CONDITION * conditions, f"10 points less for each current condition: {conditions}."),
        ScorePart("medications", A_MEDICATION * medications, f"5 less for each current medication: {medications}."),
        ScorePart("smoking", SMOKING if health.get("is_smoker") else 0, "15 less for smoking."),
        ScorePart("alcohol", ALCOHOL if _drinks(health) else 0, "10 less for drinking alcohol."),
        _activity(health.get("physical_activity_minutes_weekly") or 0),
    ]
    total = sum(part.points for part in parts)
    score = min(HIGHEST, max(LOWEST, total))
    if score != total:
        parts.append(ScorePart("limit", score - total, "A score is at least 0 and at most 100."))
    return HealthScore(score, parts)


def _drinks(health: Profile) -> Any:
    return health.get("consumes_alcohol") and health.get("alcohol_frequency") != "never"


def _activity(minutes: int) -> ScorePart:
    points = next((points for least, points in (ACTIVE, MODERATELY_ACTIVE) if minutes >= least), 0)
    return ScorePart("activity", points, f"10 more from 150 active minutes a week on, 5 from 75 on: {minutes}.")
