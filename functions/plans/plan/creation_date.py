"""A plan's creationDate, in either spelling: ISO 8601, or month, day and year as the older systems wrote it."""

import datetime
import re

_MONTH_FIRST = re.compile(r"(\d{2})-(\d{2})-(\d{4})")


def creation_date(text: str) -> datetime.date:
    """The day that `2017-12-31` or `12-31-2017` names. Raises ValueError."""
    month_first = _MONTH_FIRST.fullmatch(text)
    try:
        return datetime.date.fromisoformat("{2}-{0}-{1}".format(*month_first.groups()) if month_first else text)
    except ValueError:
        raise ValueError("must be a date, as 2017-12-31 or 12-31-2017") from None
