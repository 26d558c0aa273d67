from collections.abc import Callable, Iterator

import botocore.session
import pytest

from tests.unit.fake_opensearch import FakeOpenSearch, installed


@pytest.fixture
def opensearch(
    aws: botocore.session.Session, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeOpenSearch]:
    """OpenSearch, with nothing in it."""
    with installed(environment, monkeypatch) as server:
        yield server
