"""Times in storage and answers (ISO 8601 in UTC with milliseconds, sortable as text), and an invocation's time left."""

import contextlib
import datetime
import math
import time
from collections.abc import Iterator

_invocation_end = math.inf


def now() -> str:
    """The current time."""
    return iso(datetime.datetime.now(datetime.UTC))


def until(duration: datetime.timedelta) -> str:
    """The time when a duration that begins now will end."""
    return iso(datetime.datetime.now(datetime.UTC) + duration)


def iso(moment: datetime.datetime) -> str:
    """The text of a time, which must be in UTC."""
    return moment.isoformat(timespec="milliseconds")


def iso_seconds(seconds: float) -> str:
    """The text of a time in seconds since 1970."""
    return iso(datetime.datetime.fromtimestamp(seconds, datetime.UTC))


def begin_invocation(context: object) -> None:
    """Remember the end of the invocation with this Lambda context; a process has one invocation at a time."""
    global _invocation_end
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    _invocation_end = time.monotonic() + remaining() / 1000 if remaining else math.inf


def seconds_left() -> float:
    """The number of seconds that the invocation, or a time limit in it, has left; infinite outside Lambda."""
    return _invocation_end - time.monotonic()


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let `seconds_left` count to a nearer end meanwhile."""
    global _invocation_end
    end = _invocation_end
    _invocation_end = min(end, time.monotonic() + seconds)
    try:
        yield
    finally:
        _invocation_end = end
