import datetime

import pytest

from payerworks import days
from payerworks.days import day, latest_today

DAY = datetime.date(2018, 3, 28)


@pytest.mark.parametrize(
    "text",
    [
        "2018-03-28", "3/28/2018", "03/28/18", " 3/28/18 0:00 ", "3/28/2018 1:05 PM", "2018-03-28T23:59:59.5Z",
        "2018-03-28 10:00:00+02:00", "2018-03-28T24:00", "\u00a03/28/18\u2003",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_form(text: str) -> None:
    assert day(text) == DAY


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2018-02-30", "is a date that does not exist"),
        ("2/29/19", "is a date that does not exist"),
        ("2018-13-01", "is a date that does not exist"),
        ("31/12/2018", "is not a date in month/day/year"),
        ("13/13/18", "is not a date in month/day/year"),
        ("31.12.2018", "must be a date, as 2018-03-28 or 3/28/2018"),
        ("", "must be a date, as 2018-03-28 or 3/28/2018"),
    ],
)
def test_a_fault_says_how_the_text_was_read(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        day(text)


def test_years_of_two_digits_are_1970_to_2069() -> None:
    assert (day("1/1/70").year, day("1/1/99").year, day("1/1/00").year, day("1/1/69").year) == (1970, 1999, 2000, 2069)


@pytest.mark.parametrize(
    ("utc", "expected"), [("2026-11-28T09:59:59", "2026-11-28"), ("2026-11-28T10:00:00", "2026-11-29")]
)
def test_today_is_that_of_the_time_zone_furthest_ahead(
    utc: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime.datetime.fromisoformat(f"{utc}+00:00").timestamp()
    monkeypatch.setattr(days.time, "time", lambda: moment)
    assert latest_today().isoformat() == expected
