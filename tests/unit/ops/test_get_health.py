import socket
from collections.abc import Callable

import pytest

from ops import get_health
from tests.unit.conftest import Call


@pytest.fixture
def nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_all_is_up_if_every_configured_server_answers(call: Call) -> None:
    answer = call(get_health.handler, "ops/get_health")
    assert answer["statusCode"] == 200
    dependencies = answer["json"]["dependencies"]
    assert answer["json"]["status"] == "up"
    assert dependencies["dynamodb"]["status"] == "up"
    assert dependencies["dynamodb"]["latency_ms"] > 0
    assert dependencies["redis"] == dependencies["opensearch"] == {"status": "off", "latency_ms": None}


@pytest.mark.usefixtures("nothing_listens")
def test_a_server_that_does_not_answer_is_503(call: Call, environment: Callable[..., None]) -> None:
    environment(REDIS_URL="redis://127.0.0.1:1", OPENSEARCH_ENDPOINT="http://127.0.0.1:2")
    answer = call(get_health.handler, "ops/get_health")
    assert answer["statusCode"] == 503
    statuses = {name: each["status"] for name, each in answer["json"]["dependencies"].items()}
    assert statuses == {"dynamodb": "up", "redis": "down", "opensearch": "down"}
    assert answer["json"]["status"] == "down"


def test_a_table_that_does_not_answer_is_503(call: Call, environment: Callable[..., None]) -> None:
    environment(REQUESTS_TABLE="NoSuchTable")
    answer = call(get_health.handler, "ops/get_health")
    assert answer["statusCode"] == 503
    assert answer["json"]["dependencies"]["dynamodb"]["status"] == "down"


@pytest.mark.usefixtures("nothing_listens")
def test_it_reveals_no_host_and_no_secret(call: Call, environment: Callable[..., None]) -> None:
    environment(REDIS_URL="redis://user:secret@127.0.0.1:1", OPENSEARCH_ENDPOINT="http://127.0.0.1:2")
    body = call(get_health.handler, "ops/get_health")["body"]
    assert all(word not in body for word in ("secret", "127.0.0.1", "Table", "arn"))


@pytest.mark.usefixtures("nothing_listens")
def test_an_unknown_lag_is_null_and_not_a_failure(call: Call) -> None:
    answer = call(get_health.handler, "ops/get_health")
    assert answer["statusCode"] == 200
    assert answer["json"]["search"] == {"lag_ms": None, "waiting": None}
