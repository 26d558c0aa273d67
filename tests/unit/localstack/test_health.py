"""The commands say in one line what is wrong with the deployed API."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError
from botocore.httpsession import URLLib3Session
from moto.core.botocore_stubber import MockRawResponse

from localstack import health

HEALTHY: dict[str, Any] = {
    "status": "up",
    "dependencies": {"dynamodb": {"status": "up"}, "redis": {"status": "off"}},
    "consumers": {"claim-payments": "off", "claim-totals": "up", "search-index": "up"},
}


def ask(monkeypatch: pytest.MonkeyPatch, status: int, body: str) -> str:
    """What the line says if the API gives this answer."""

    def send(_: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        assert (request.method, request.url) == ("GET", "http://api/health")
        return AWSResponse(request.url, status, {}, MockRawResponse(body))

    monkeypatch.setattr(URLLib3Session, "send", send)
    return health.ask("http://api", "make")


def test_a_healthy_stack_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, 200, json.dumps(HEALTHY)) == "up"


def test_queues_without_a_consumer_and_servers_that_are_down_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {
        "status": "down",
        "dependencies": {"redis": {"status": "down"}},
        "consumers": HEALTHY["consumers"] | {"claim-totals": "down"},
    }
    assert ask(monkeypatch, 503, json.dumps(HEALTHY | changes)) == (
        "down: redis does not answer; "
        "no function reads from claim-totals, because its event source mapping is missing or disabled"
    )


def test_unknown_consumers_are_said_to_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {"status": "unknown", "consumers": dict.fromkeys(HEALTHY["consumers"], "unknown")}
    assert ask(monkeypatch, 200, json.dumps(HEALTHY | changes)) == (
        "unknown: Lambda does not say which queues have a function that reads from them"
    )


@pytest.mark.parametrize("body", ['{"message": "Internal server error"}', "<html>"])
def test_an_answer_that_is_no_report_is_unknown(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    line = ask(monkeypatch, 502, body)
    assert line == "unknown: http://api/health answers 502; `make logs` may show why"


def test_no_answer_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="http://api")

    monkeypatch.setattr(URLLib3Session, "send", refuse)
    assert health.ask("http://api", "make") == "unknown: http://api/health does not answer"
