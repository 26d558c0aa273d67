"""A clock for tests: time that passes only in pauses, and in calls that hang."""

import time
from types import SimpleNamespace

import pytest


class Clock:
    """A clock that only pauses move, and `hang`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.pauses = 1000.0, list[float]()
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        monkeypatch.setattr(time, "sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.hang(seconds)
        self.pauses.append(seconds)

    def hang(self, seconds: float) -> None:
        """Let time pass without a pause."""
        self.now += seconds

    def invocation(self, seconds: float) -> SimpleNamespace:
        """The context of an invocation that begins now and has so much time."""
        end = self.now + seconds
        return SimpleNamespace(get_remaining_time_in_millis=lambda: int((end - self.now) * 1000))
