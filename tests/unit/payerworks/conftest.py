"""What the tests of calls and of batches of DynamoDB share, and those of Redis."""

import time
from collections.abc import Iterator

import pytest

from tests.unit.payerworks.fake_redis import FakeRedis, serving


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, none of which lasts."""
    made: list[float] = []
    monkeypatch.setattr(time, "sleep", made.append)
    return made


@pytest.fixture
def server() -> Iterator[FakeRedis]:
    """A Redis that answers as a test says."""
    with serving() as server:
        yield server
