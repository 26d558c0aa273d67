"""The commands say in one line what is wrong with the deployed API."""

import argparse
import json
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError
from botocore.httpsession import URLLib3Session
from moto.core.botocore_stubber import MockRawResponse

from localstack import endpoints, health
from localstack.__main__ import run
from localstack.stack import Stack

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
        "no function reads from claim-totals, because its event source mapping is missing or disabled; "
        "`make clean`, then `make up` makes the stack anew, without its data"
    )


def test_servers_that_are_down_are_to_be_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {"status": "down", "dependencies": {"redis": {"status": "down"}}}
    assert ask(monkeypatch, 503, json.dumps(HEALTHY | changes)) == (
        "down: redis does not answer; `make down`, then `make up` restarts our servers and keeps their data"
    )


@pytest.mark.parametrize(("states", "code"), [(["up"], 0), (["down", "up"], 0), (["down"], 1)])
def test_up_ends_with_1_while_the_api_is_not_healthy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], states: list[str], code: int
) -> None:
    """A state that passes while `up` waits is no fault; `status` shows the moment."""
    reports = iter(states)
    last = states[-1]

    def send(_: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        consumers = {"claim-totals": next(reports, last)}
        report = {"status": consumers["claim-totals"], "dependencies": {}, "consumers": consumers}
        return AWSResponse(request.url, 200, {}, MockRawResponse(json.dumps(report)))

    clock = iter(range(1000))
    monkeypatch.setattr(URLLib3Session, "send", send)
    monkeypatch.setattr(health.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(health.time, "sleep", lambda _: None)
    stack = Stack()
    monkeypatch.setattr(stack, "up", dict)
    monkeypatch.setattr(stack, "outputs", lambda: {"api_url": "http://api"})
    monkeypatch.setattr(stack, "running", lambda: {"aws"})
    monkeypatch.setattr(endpoints, "stack_endpoints", lambda _: {"aws": endpoints.local_endpoint("aws", 4566)})
    assert run(argparse.Namespace(command="up"), stack) is (code == 0)
    assert run(argparse.Namespace(command="status"), stack) is (code == 0)
    assert capsys.readouterr().out.count("make clean") == 2 * code


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
