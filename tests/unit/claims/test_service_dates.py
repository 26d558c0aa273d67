import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.claim.service_dates import EARLIEST, service_date

TODAY = datetime.date(2026, 11, 21)
DAYS = st.dates(EARLIEST, TODAY)


@given(DAYS)
def test_a_day_is_read_in_every_style(day: datetime.date) -> None:
    us = f"{day.month}/{day.day}"
    for text in (
        day.isoformat(), f" {day} ", f"{day}T00:00:00", f"{day} 00:00", f"{us}/{day:%Y}", f"{us}/{day:%y}",
        f"{us}/{day:%y} 0:00", f"{day:%m/%d/%Y} 13:45:10",
    ):  # fmt: skip
        assert service_date(text, TODAY) == day


@pytest.mark.parametrize(
    "value",
    [
        "", "invalid-date", "2018-3-28", "28.3.2018", "2018-03-28T25:00",
        "3/28/018", "２０１８-03-28", 20180328, None, True, ["2018-03-28"],
    ],
)  # fmt: skip
def test_text_that_is_not_a_date_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="must be a date"):
        service_date(value, TODAY)


@pytest.mark.parametrize(
    ("text", "message"),
    [("2018-02-30", "does not exist"), ("2/29/19", "does not exist"), ("13/1/18", "not a date in month/day/year"),
     ("1800-01-01", "1990"), ("1989-12-31", "1990"), ("12/31/1989", "1990"), ("2026-11-22", "future"),
     ("12/31/89", "1990"), ("12/31/69", "future"), ("9999-12-31", "future")],
)  # fmt: skip
def test_a_day_out_of_range_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        service_date(text, TODAY)


def test_the_ends_of_the_range_are_in_it() -> None:
    assert service_date("1/1/90", TODAY) == EARLIEST
    assert service_date("11/21/26", TODAY) == TODAY
