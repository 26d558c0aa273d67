"""Dates of service."""

import datetime

from payerworks.days import day

EARLIEST = datetime.date(1990, 1, 1)


def service_date(value: object, today: datetime.date) -> datetime.date:
    """The date of service in a text, read as by `days.day`.

    Raises ValueError for text that is not a date, and for a day before 1990 or after `today`.
    """
    date = day(value)
    if date < EARLIEST:
        raise ValueError("must not be before 1990")
    if date > today:
        raise ValueError("must not be in the future")
    return date
