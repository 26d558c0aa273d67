"""Times as they are stored and answered: ISO 8601 in UTC, to the millisecond, so that they sort as texts do."""

import datetime


def now() -> str:
    """The time now."""
    return iso(datetime.datetime.now(datetime.UTC))


def until(lasts: datetime.timedelta) -> str:
    """When something that lasts so long from now on will be over."""
    return iso(datetime.datetime.now(datetime.UTC) + lasts)


def iso(moment: datetime.datetime) -> str:
    """A moment that is in UTC."""
    return moment.isoformat(timespec="milliseconds")
