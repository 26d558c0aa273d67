import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.health.age import age

DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))
YEAR = datetime.timedelta(days=365.2425)


@given(DAYS, DAYS)
def test_an_age_is_the_number_of_whole_years(birth: datetime.date, today: datetime.date) -> None:
    years = (today - birth) / YEAR
    assert age(birth, today) == pytest.approx(max(0, years - 0.5), abs=0.52)


@given(DAYS, DAYS, DAYS)
def test_nobody_grows_younger(birth: datetime.date, one: datetime.date, other: datetime.date) -> None:
    assert age(birth, min(one, other)) <= age(birth, max(one, other))


@pytest.mark.parametrize(
    ("birth", "today", "years"),
    [
        ("1990-02-14", "2026-02-13", 35),
        ("1990-02-14", "2026-02-14", 36),
        ("2000-02-29", "2026-02-28", 25),
        ("2000-02-29", "2026-03-01", 26),
        ("2000-02-29", "2028-02-29", 28),
        ("2026-01-02", "2026-01-01", 0),
        ("1900-01-01", "2026-01-01", 126),
    ],
)
def test_the_age_of(birth: str, today: str, years: int) -> None:
    assert age(datetime.date.fromisoformat(birth), datetime.date.fromisoformat(today)) == years
