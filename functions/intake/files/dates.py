"""Dates in files: the usual forms (payerworks/days.py), or the format that a file's mapping gives."""

import functools
import re

from payerworks.days import TIME, day, day_of, has_short_year, latest_today

EARLIEST_YEAR = 1850
FIELDS = frozenset({"birth_date", "visit_date", "service_date"})
"""The date fields of all kinds of files."""
_TOKEN = re.compile("(YYYY|MM|DD)")
_SEPARATOR = re.compile("[ ./,_-]{0,2}")


def visit_date(value: object) -> str:
    """The date of a visit in a text, read by `day`, as `2021-08-23`.

    Raises ValueError if it is not a date, before 1850 or in the future.
    """
    return _past_day(value) if isinstance(value, str) else _past_day("")


def birth_date(value: object) -> str:
    """As `visit_date`, for dates of birth: a year of two digits is ambiguous and refused."""
    return _past_day(value, four_digits=True) if isinstance(value, str) else _past_day("")


# Few days make up a file. A day that was not in the future stays so; errors are not kept.
@functools.lru_cache(4096)
def _past_day(text: str, *, four_digits: bool = False) -> str:
    if four_digits and has_short_year(text.strip()):
        raise ValueError("must have a year of four digits")
    date = day(text)
    if date.year < EARLIEST_YEAR:
        raise ValueError(f"must not be before {EARLIEST_YEAR}")
    if date > latest_today():
        raise ValueError("must not be in the future")
    return date.isoformat()


def day_written(text: str, date_format: str) -> str:
    """The date in a text of a format of YYYY, MM and DD, as `2021-08-23`; a time may follow.

    Leading zeros of day and month are optional if the format has separators. Raises ValueError.
    """
    match = pattern_of(date_format).fullmatch(text)
    if match is None:
        raise ValueError(f"must be a date, written as {date_format}")
    try:
        return day_of(match).isoformat()
    except ValueError:
        raise ValueError(f"is a date that does not exist, written as {date_format}") from None


@functools.lru_cache(64)
def pattern_of(date_format: str) -> re.Pattern[str]:
    """The pattern of dates in a format. Raises ValueError if the format is not valid."""
    pieces = _TOKEN.split(date_format.strip())
    separators, tokens = pieces[::2], pieces[1::2]
    if sorted(tokens) != ["DD", "MM", "YYYY"] or not all(map(_SEPARATOR.fullmatch, separators)):
        raise ValueError("must have YYYY, MM and DD once each, and between them blanks or one of . / - , _")
    digits = "{1,2}" if all(separators[1:-1]) else "{2}"
    patterns = {"YYYY": "(?P<year>[0-9]{4})", "MM": f"(?P<month>[0-9]{digits})", "DD": f"(?P<day>[0-9]{digits})"}
    day = "".join(patterns.get(piece) or re.escape(piece) for piece in pieces)
    return re.compile(rf"{day}(?:[T ] *{TIME}(?:Z|[+-][0-9:]{{2,6}}| ?[AaPp][Mm])?)?")
