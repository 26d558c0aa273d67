"""Dates of service, in ISO 8601 and in the US style of spreadsheets (`3/28/18 0:00`)."""

import datetime
import re

EARLIEST = datetime.date(1990, 1, 1)

_TIME = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_ISO = re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[T ]{_TIME})?")
_US = re.compile(rf"(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})/(?P<year>[0-9]{{4}}|[0-9]{{2}})(?: +{_TIME})?")


def service_date(value: object, today: datetime.date) -> datetime.date:
    """The day that a text names, as `day` has it.

    Raises ValueError for what is no date, and for a day before 1990 or after `today`.
    """
    found = day(value)
    if found < EARLIEST:
        raise ValueError("must not be before 1990")
    if found > today:
        raise ValueError("must not be in the future")
    return found


def day(value: object) -> datetime.date:
    """The day that a text names; a time of the day is let pass. Two digits of a year are of 1990 to 2089.

    Raises ValueError for what is no date.
    """
    found = _day(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("must be a date, as 2018-03-28 or 3/28/18")
    return found


def _day(text: str) -> datetime.date | None:
    match = _ISO.fullmatch(text) or _US.fullmatch(text)
    if match is None:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 1900 if year >= EARLIEST.year % 100 else 2000
    try:
        return datetime.date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None
