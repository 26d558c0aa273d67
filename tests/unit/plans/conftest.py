from collections.abc import Callable, Iterator

import pytest

from payerworks.opensearch import opensearch
from tests.unit.conftest import Call
from tests.unit.plans.engines import Plans, installed


@pytest.fixture(params=["opensearch", "dynamodb"])
def plans(
    request: pytest.FixtureRequest, call: Call, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Plans]:
    """Plans that are found by either engine."""
    installed(request.param, environment, monkeypatch)
    yield Plans(call, request.param)
    opensearch.cache_clear()


@pytest.fixture
def small(call: Call) -> Plans:
    """Plans of a deployment without OpenSearch."""
    return Plans(call, "dynamodb")
