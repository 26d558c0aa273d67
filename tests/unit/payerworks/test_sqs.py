"""A message is sent with botocore's signature, again while the queue does not answer, and not for ever."""

import datetime
import http.client
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from payerworks import aws, sqs
from payerworks.dynamodb import MARGIN_SECONDS
from payerworks.errors import Unavailable
from tests.unit.clock import Clock

URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/queue"
Outcome = list[bytes] | Exception
"""The pieces in which an answer arrives; b"" is the end of the connection."""


def answer(status: int, body: bytes = b"{}", *headers: bytes) -> bytes:
    lines = (b"HTTP/1.1 %d Words" % status, b"Content-Length: %d" % len(body), *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Connections:
    """Connections that are made, what was sent on them, and the outcomes of the next requests."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.open = 0
        self.sent: list[bytes] = []
        self.outcomes: list[Outcome] = []
        self._pieces: list[bytes] = []

    def of(self, scheme: str) -> Callable[..., "Connections"]:
        def make(host: str, *, timeout: float, **_: Any) -> "Connections":
            assert timeout == sqs.SOCKET_SECONDS
            self.opened.append(f"{scheme}://{host}")
            return self

        return make

    def connect(self) -> None:
        self.open += 1

    @property
    def sock(self) -> "Connections":
        return self

    def close(self) -> None:
        self.open -= 1

    def sendall(self, request: bytes) -> None:
        self.sent.append(request)
        outcome = self.outcomes.pop(0) if self.outcomes else [answer(200)]
        if isinstance(outcome, Exception):
            raise outcome
        self._pieces = [*outcome, b""]

    def recv(self, _: int) -> bytes:
        return self._pieces.pop(0)

    def request(self, number: int = -1) -> tuple[str, dict[str, str], bytes]:
        """The line, the headers and the body of a request."""
        head, _, body = self.sent[number].partition(b"\r\n\r\n")
        line, *lines = head.decode().split("\r\n")
        headers = {name: text for name, _, text in (each.partition(": ") for each in lines)}
        assert headers["content-length"] == str(len(body))
        return line, headers, body


@pytest.fixture
def connections(environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    environment(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="eu-central-1")
    found = Connections()
    monkeypatch.setattr(http.client, "HTTPConnection", found.of("http"))
    monkeypatch.setattr(http.client, "HTTPSConnection", found.of("https"))
    caches = (sqs._endpoint, sqs._region, sqs._key_of_day, aws.session, aws.client)
    monkeypatch.setattr(sqs._connections, "open", None, raising=False)
    for cached in caches:
        cached.cache_clear()
    yield found
    for cached in caches:
        cached.cache_clear()


def test_a_message_is_sent_to_the_queues_endpoint(connections: Connections) -> None:
    sqs.send_message(URL, "text", 60)
    sqs.send_message(URL, "Łódź")
    assert connections.opened == ["https://sqs.eu-central-1.amazonaws.com"]  # one connection for both
    (line, headers, body), (_, _, second) = connections.request(0), connections.request(1)
    assert line == "POST / HTTP/1.1"
    assert json.loads(body) == {"QueueUrl": URL, "MessageBody": "text", "DelaySeconds": 60}
    assert json.loads(second) == {"QueueUrl": URL, "MessageBody": "Łódź"}
    assert headers["x-amz-target"] == "AmazonSQS.SendMessage"
    assert headers["content-type"] == "application/x-amz-json-1.0"


def test_the_signature_is_that_of_botocore_also_after_midnight_and_with_new_credentials(
    connections: Connections, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
    texts = iter(["text", "Łódź", "", "x" * 10_000])
    for seconds in (-1, 1):
        moment = midnight + datetime.timedelta(seconds=seconds)
        at = time.gmtime(moment.timestamp())
        for secret, token in (("a secret", ""), ("another", "a token")):
            environment(AWS_ACCESS_KEY_ID="AKID", AWS_SECRET_ACCESS_KEY=secret, AWS_SESSION_TOKEN=token)
            aws.session.cache_clear()
            with monkeypatch.context() as clock:
                clock.setattr(time, "gmtime", lambda at=at: at)
                sqs.send_message(URL, next(texts))
            _, headers, body = connections.request()
            assert headers["authorization"] == signature(headers, body, moment, Credentials("AKID", secret, token))


def signature(headers: dict[str, str], body: bytes, moment: datetime.datetime, credentials: Credentials) -> str:
    """What botocore's signer adds to a request with these headers."""
    unsigned = {name: headers[name] for name in ("content-type", "x-amz-target")}
    request = AWSRequest("POST", f"https://{headers['host']}/", data=body, headers=unsigned)
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(botocore.auth, "get_current_datetime", lambda: moment)
        botocore.auth.SigV4Auth(credentials, "sqs", "eu-central-1").add_auth(request)
    added: str = request.headers["Authorization"]
    return added


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;of=2\r\n}\r\n0\r\n\r\n"
THROTTLED = answer(400, b'{"__type": "com.amazonaws.sqs#RequestThrottled"}')


@pytest.mark.parametrize(
    ("outcome", "connected"),
    [
        pytest.param([answer(500, b"")], 1, id="an error of the server"),
        pytest.param([answer(503, b"<html>", b"Connection: close")], 2, id="an error and the end of the connection"),
        pytest.param([THROTTLED], 1, id="throttled"),
        pytest.param([THROTTLED[:-30], THROTTLED[-30:]], 1, id="throttled, in pieces"),
        pytest.param(BrokenPipeError(), 2, id="a connection that the server has closed since"),
        pytest.param([], 2, id="a connection that ends without an answer"),
        pytest.param([answer(200)[:20]], 2, id="a connection that ends in the head"),
        pytest.param([answer(200)[:-1]], 2, id="a connection that ends in the body"),
        pytest.param(TimeoutError(), 2, id="no answer in time"),
        pytest.param([b"SSH-2.0\r\n\r\n"], 2, id="an answer in another protocol"),
        pytest.param([CHUNKED.replace(b"1;", b"x;")], 2, id="a chunk without a length"),
        pytest.param([CHUNKED[:-4]], 2, id="a connection that ends in a chunk"),
        pytest.param([answer(200, b"<html>")], 1, id="an answer that is not JSON"),
    ],
)
def test_what_passes_is_tried_again(connections: Connections, outcome: Outcome, connected: int) -> None:
    connections.outcomes = [outcome]
    sqs.send_message(URL, "text")
    assert len(connections.sent) == 2
    assert len(connections.opened) == connected
    assert connections.open == 1


@pytest.mark.parametrize(
    ("pieces", "connected"),
    [
        pytest.param([answer(200)[:5], answer(200)[5:40], answer(200)[40:]], 1, id="in pieces"),
        pytest.param([answer(200, b"{}", b"connection: keep-alive")], 1, id="a connection that stays"),
        pytest.param([answer(200, b"{}", b"connection: Close")], 2, id="a connection that ends"),
        pytest.param([answer(200).replace(b"1.1", b"1.0", 1)], 2, id="HTTP/1.0"),
        pytest.param([answer(200) + b"more"], 2, id="more than one answer"),
        pytest.param([b"HTTP/1.1 200\r\n\r\n{", b"}"], 2, id="until the connection ends"),
        pytest.param([CHUNKED], 2, id="in chunks"),
        pytest.param([bytes([byte]) for byte in CHUNKED], 2, id="in chunks and pieces"),
    ],
)
def test_a_connection_is_used_again_only_where_the_next_answer_begins(
    connections: Connections, pieces: list[bytes], connected: int
) -> None:
    connections.outcomes = [pieces]
    sqs.send_message(URL, "text")
    sqs.send_message(URL, "more")
    assert len(connections.sent) == 2
    assert len(connections.opened) == connected
    assert connections.open == 1


def test_a_queue_that_stays_away_is_503_with_retry_after(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections.outcomes = [TimeoutError() for _ in range(1000)]
    clock = Clock(monkeypatch)
    began = clock.now
    with pytest.raises(Unavailable) as raised:
        sqs.send_message(URL, "text")
    assert raised.value.headers["Retry-After"] == "1"
    assert 5 < len(connections.sent) < 1000
    assert clock.now - began < sqs.SECONDS - MARGIN_SECONDS


@pytest.mark.parametrize("body", [b'{"__type": "AccessDenied"}', b'{"__type": ', b"no JSON", b"\xff"])
def test_a_refusal_is_not_tried_again(connections: Connections, caplog: pytest.LogCaptureFixture, body: bytes) -> None:
    connections.outcomes = [[answer(403, body)]]
    with pytest.raises(Unavailable):
        sqs.send_message(URL, "Maria")
    assert len(connections.sent) == 1
    assert "Maria" not in caplog.text
    [line] = caplog.records
    assert (line.__dict__["status"], line.__dict__["code"]) == (403, "AccessDenied" if b"Access" in body else None)


def test_an_endpoint_that_is_given_is_used(connections: Connections, environment: Callable[..., None]) -> None:
    environment(AWS_ENDPOINT_URL="http://localhost:4566")
    sqs.send_message("http://localhost:4566/000000000000/queue", "text")
    assert connections.opened == ["http://localhost:4566"]
    assert connections.request()[1]["host"] == "localhost:4566"


def test_messages_that_wait_are_counted_whatever_form_the_answer_has(connections: Connections) -> None:
    names = ("", "NotVisible", "Delayed")
    counts = {f"ApproximateNumberOfMessages{name}": str(number) for number, name in enumerate(names, 1)}
    body = json.dumps({"Attributes": counts}).encode()
    chunked = CHUNKED.partition(b"1\r\n")[0] + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    connections.outcomes = [[answer(200, body)], [chunked]]
    assert [sqs.waiting_messages(URL) for _ in range(2)] == [6, 6]
    _, headers, sent = connections.request()
    assert headers["x-amz-target"] == "AmazonSQS.GetQueueAttributes"
    assert json.loads(sent) == {"QueueUrl": URL, "AttributeNames": list(counts)}
