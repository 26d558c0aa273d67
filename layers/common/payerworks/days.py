"""Days in texts: ISO 8601, also with a time, and the US style of spreadsheets (`3/28/18 0:00`)."""

import datetime
import functools
import re
import time

NOT_MONTH_DAY = "is not a date in month/day/year"
NOT_A_DATE = "must be a date, as 2018-03-28 or 3/28/2018"
TIME = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
"""The pattern of a time of day, which is ignored."""

_ISO = re.compile(
    rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[T ]{TIME}(?:Z|[+-][0-9:]{{2,6}})?)?"
)
_US = re.compile(
    rf"(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})/(?P<year>[0-9]{{4}}|[0-9]{{2}})(?: +{TIME}(?: ?[AaPp][Mm])?)?"
)


def day(value: object) -> datetime.date:
    """The day in a text, without surrounding blanks; a time of day and its zone are ignored.

    Years of two digits are 1970 to 2069. Raises ValueError if it is not a date.
    """
    text = value.strip() if isinstance(value, str) else ""
    if match := _ISO.fullmatch(text):
        return day_of(match)
    if match := _US.fullmatch(text):
        if int(match["month"]) > 12:
            raise ValueError(NOT_MONTH_DAY)
        return day_of(match)
    raise ValueError(NOT_A_DATE)


def day_of(match: re.Match[str]) -> datetime.date:
    """The day in the groups year, month and day. Raises ValueError if it does not exist."""
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 1900 if year >= 70 else 2000
    try:
        return datetime.date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError("is a date that does not exist") from None


def has_short_year(text: str) -> bool:
    """Whether a text is a date in the US style whose year has two digits."""
    match = _US.fullmatch(text)
    return match is not None and len(match["year"]) == 2


def latest_today() -> datetime.date:
    """Today in the time zone furthest ahead (UTC+14): a later day is in the future wherever it was written."""
    return _furthest_day(int(time.time()) // 3600)


@functools.lru_cache(1)
def _furthest_day(hour: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(3600 * hour, datetime.timezone(datetime.timedelta(hours=14))).date()
