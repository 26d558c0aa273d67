"""Times as stored and shown (ISO 8601 in UTC, milliseconds: they sort as text), and how much time is left."""

import datetime
import math
import time

_invocation_end = math.inf


def now() -> str:
    """The time now."""
    return iso(datetime.datetime.now(datetime.UTC))


def until(lasts: datetime.timedelta) -> str:
    """The time when something that begins now and lasts so long will end."""
    return iso(datetime.datetime.now(datetime.UTC) + lasts)


def iso(moment: datetime.datetime) -> str:
    """A moment that is in UTC."""
    return moment.isoformat(timespec="milliseconds")


def begin_invocation(context: object) -> None:
    """Note when the invocation with this Lambda context ends; a process has one at a time."""
    global _invocation_end
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    _invocation_end = time.monotonic() + remaining() / 1000 if remaining else math.inf


def seconds_left() -> float:
    """How many seconds the invocation still has; infinite outside of Lambda."""
    return _invocation_end - time.monotonic()
