"""A message is sent with a signature, again while the queue does not answer, and not for ever."""

import http.client
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from payerworks import aws, sqs
from payerworks.dynamodb import MARGIN_SECONDS
from payerworks.errors import Unavailable

URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/queue"
Outcome = tuple[int, bytes] | Exception


class Connections:
    """Connections that are made, what was sent on them, and the outcomes of the next requests."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []
        self.outcomes: list[Outcome] = []

    def connect(self, host: str, **_: Any) -> "Connections":
        self.opened.append(host)
        return self

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        self.sent.append((f"{method} {path}", body, headers))

    def getresponse(self) -> Any:
        outcome = self.outcomes.pop(0) if self.outcomes else (200, b"{}")
        if isinstance(outcome, Exception):
            raise outcome
        body = io.BytesIO(outcome[1])
        return type("Answer", (), {"status": outcome[0], "read": lambda _: body.read()})()


@pytest.fixture
def connections(environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    environment(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="eu-central-1")
    found = Connections()
    for name in ("HTTPConnection", "HTTPSConnection"):
        monkeypatch.setattr(http.client, name, found.connect)
    caches = (sqs._endpoint, sqs._region, aws.session, aws.client)
    monkeypatch.setattr(sqs._connections, "open", None, raising=False)
    for cached in caches:
        cached.cache_clear()
    yield found
    for cached in caches:
        cached.cache_clear()


def test_a_message_is_sent_signed_to_the_queues_endpoint(connections: Connections) -> None:
    sqs.send_message(URL, "text", 60)
    sqs.send_message(URL, "more")
    assert connections.opened == ["sqs.eu-central-1.amazonaws.com"]  # one connection for both
    (line, body, headers), (_, second, _) = connections.sent
    assert line == "POST /"
    assert json.loads(body) == {"QueueUrl": URL, "MessageBody": "text", "DelaySeconds": 60}
    assert "DelaySeconds" not in json.loads(second)
    assert headers["X-Amz-Target"] == "AmazonSQS.SendMessage"
    assert "/eu-central-1/sqs/aws4_request" in headers["Authorization"]


@pytest.mark.parametrize(
    "outcome",
    [
        http.client.RemoteDisconnected(),
        TimeoutError(),
        (500, b""),
        (400, b'{"__type": "com.amazonaws.sqs#RequestThrottled"}'),
    ],
)
def test_what_passes_is_tried_again(connections: Connections, outcome: Outcome) -> None:
    connections.outcomes = [outcome]
    sqs.send_message(URL, "text")
    assert len(connections.sent) == 2
    assert len(connections.opened) == (2 if isinstance(outcome, Exception) else 1)


def test_a_queue_that_stays_away_is_503_with_retry_after(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections.outcomes = [TimeoutError() for _ in range(1000)]
    monkeypatch.setattr(sqs, "SECONDS", MARGIN_SECONDS + 0.2)
    with pytest.raises(Unavailable) as raised:
        sqs.send_message(URL, "text")
    assert raised.value.headers["Retry-After"] == "1"
    assert 1 < len(connections.sent) < 1000


@pytest.mark.parametrize("body", [b'{"__type": "AccessDenied"}', b"no JSON"])
def test_a_refusal_is_not_tried_again(connections: Connections, caplog: pytest.LogCaptureFixture, body: bytes) -> None:
    connections.outcomes = [(403, body)]
    with pytest.raises(Unavailable):
        sqs.send_message(URL, "Maria")
    assert len(connections.sent) == 1
    assert "Maria" not in caplog.text


def test_an_endpoint_that_is_given_is_used(connections: Connections, environment: Callable[..., None]) -> None:
    environment(AWS_ENDPOINT_URL="http://localhost:4566")
    sqs.send_message("http://localhost:4566/000000000000/queue", "text")
    assert connections.opened == ["localhost:4566"]
