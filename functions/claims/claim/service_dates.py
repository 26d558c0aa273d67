"""Dates of service, in ISO 8601 and in the US style of spreadsheets (`3/28/18 0:00`)."""

import contextlib
import datetime
import re

EARLIEST = datetime.date(1990, 1, 1)

_TIME = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_ISO = re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[T ]{_TIME})?")
_US = re.compile(rf"(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})/(?P<year>[0-9]{{4}}|[0-9]{{2}})(?: +{_TIME})?")


def service_date(value: object, today: datetime.date) -> datetime.date:
    """The date of service in a text, read as by `day`.

    Raises ValueError for text that is not a date, and for a day before 1990 or after `today`.
    """
    date = day(value)
    if date < EARLIEST:
        raise ValueError("must not be before 1990")
    if date > today:
        raise ValueError("must not be in the future")
    return date


def day(value: object) -> datetime.date:
    """The date in a text; a time of day is ignored. A year of two digits is in 1990 to 2089.

    Raises ValueError for text that is not a date.
    """
    text = value.strip() if isinstance(value, str) else ""
    if match := _ISO.fullmatch(text) or _US.fullmatch(text):
        year = int(match["year"])
        if len(match["year"]) == 2:
            year += 1900 if year >= EARLIEST.year % 100 else 2000
        with contextlib.suppress(ValueError):  # such as February 30
            return datetime.date(year, int(match["month"]), int(match["day"]))
    raise ValueError("must be a date, as 2018-03-28 or 3/28/18")
