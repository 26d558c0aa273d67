"""Dates in files: ISO 8601, also with a time, and the US style of spreadsheets (`3/28/18 0:00`)."""

import datetime
import functools
import re

EARLIEST_YEAR = 1850
LATEST_YEAR = 2100
_DAY = {
    "iso": r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})",
    "us": r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4}|[0-9]{2})",
}
FIELDS = frozenset({"birth_date", "visit_date", "service_date"})
"""The date fields of all kinds of files."""
_TOKEN = re.compile("(YYYY|MM|DD)")
_SEPARATOR = re.compile("[ ./,_-]{0,2}")
_TIME = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
_ISO = re.compile(rf"{_DAY['iso']}(?:[T ]{_TIME}(?:Z|[+-][0-9:]{{2,6}})?)?")
_US = re.compile(rf"{_DAY['us']}(?: +{_TIME}(?: ?[AaPp][Mm])?)?")


def iso_date(text: str) -> str:
    """The date in a text, as `2021-08-23`. A time of day and its zone are ignored.

    Years of two digits are 1970 to 2069. Raises ValueError if it is not a date, or its year is not 1850 to 2100.
    """
    match = _ISO.fullmatch(text) or _US.fullmatch(text)
    if match is None:
        raise ValueError("must be a date, as 2018-03-28 or 3/28/2018")
    return _day(match)


def day_written(text: str, date_format: str) -> str:
    """The date in a text of a format of YYYY, MM and DD, as `2021-08-23`; a time may follow.

    Leading zeros of day and month are optional if the format has separators. Raises ValueError.
    """
    match = pattern_of(date_format).fullmatch(text)
    if match is None:
        raise ValueError(f"must be a date, written as {date_format}")
    return _day(match)


@functools.lru_cache(64)
def pattern_of(date_format: str) -> re.Pattern[str]:
    """The pattern of dates in a format. Raises ValueError if the format is not valid."""
    pieces = _TOKEN.split(date_format)
    separators, tokens = pieces[::2], pieces[1::2]
    if sorted(tokens) != ["DD", "MM", "YYYY"] or not all(map(_SEPARATOR.fullmatch, separators)):
        raise ValueError("must have YYYY, MM and DD once each, and between them blanks or one of . / - , _")
    digits = "{1,2}" if all(separators[1:-1]) else "{2}"
    patterns = {"YYYY": "(?P<year>[0-9]{4})", "MM": f"(?P<month>[0-9]{digits})", "DD": f"(?P<day>[0-9]{digits})"}
    day = "".join(patterns.get(piece) or re.escape(piece) for piece in pieces)
    return re.compile(rf"{day}(?:[T ] *{_TIME}(?:Z|[+-][0-9:]{{2,6}}| ?[AaPp][Mm])?)?")


def _day(match: re.Match[str]) -> str:
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 1900 if year >= 70 else 2000
    try:
        day = datetime.date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError("is a date that does not exist") from None
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(f"must be in the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return day.isoformat()


def birth_date(text: str) -> str:
    """As `iso_date`, for dates of birth: a year of two digits is ambiguous and refused."""
    match = _US.fullmatch(text)
    if match is not None and len(match["year"]) == 2:
        raise ValueError("must have a year of four digits")
    return iso_date(text)
