"""Days in the bodies of requests."""

import datetime
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_day(value: Any) -> Any:
    # pydantic also takes seconds since 1970, and a time of day that is midnight.
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("must be a date, such as 1990-02-14")
    return value


IsoDay = Annotated[datetime.date, Field(strict=False), BeforeValidator(_iso_day)]
"""A date in ISO 8601, as a text."""
