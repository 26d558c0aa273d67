"""What the tests of calls and of batches of DynamoDB share."""

import time

import pytest


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, none of which lasts."""
    made: list[float] = []
    monkeypatch.setattr(time, "sleep", made.append)
    return made
