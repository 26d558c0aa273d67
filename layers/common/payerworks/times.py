"""Times as they are stored and answered: ISO 8601 in UTC, to the millisecond, so that they sort as texts do."""

import datetime


def now() -> str:
    """The time now."""
    return iso(datetime.datetime.now(datetime.UTC))


def iso(moment: datetime.datetime) -> str:
    """A moment that is in UTC."""
    return moment.isoformat(timespec="milliseconds")
