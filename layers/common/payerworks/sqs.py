"""Send a message to a queue for a tenth of the CPU that botocore's client takes, and count messages.

What the client does beside signing and sending is left out: models of the service, checks, hooks, a pool. The request
is signed by the four steps of "Create a signed AWS API request" (AWS Identity and Access Management User Guide), with
the key of the day kept, and written to a connection that stays open. It saves a cold start the client, too.
"""

import functools
import hashlib
import hmac
import http.client
import os
import re
import socket
import ssl
import threading
import time
import urllib.parse
from typing import Any, NamedTuple

import orjson
from botocore.awsrequest import AWSPreparedRequest
from botocore.httpsession import get_cert_path

from payerworks.aws import session
from payerworks.dynamodb import busy, tries
from payerworks.log import logger
from payerworks.times import time_limit

SECONDS = 6.0
"""For how long a message is tried to be sent; what is left of it when it ends is for the answer."""
SOCKET_SECONDS = 3.0
_MEDIA_TYPE = "application/x-amz-json-1.0"
_STATUS_LINE = re.compile(rb"HTTP/1\.(?P<minor>[01]) (?P<status>\d{3})\b")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+) *(?:\r|$)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_connections = threading.local()


class _Endpoint(NamedTuple):
    scheme: str
    host: str


def send_message(queue_url: str, text: str, delay_seconds: int = 0) -> None:
    """Send a text, delivered after a delay. Raises Unavailable if the queue takes it not within SECONDS.

    A message without an answer is sent again and may come twice; after an Unavailable it may come too.
    """
    message = {"QueueUrl": queue_url, "MessageBody": text} | ({"DelaySeconds": delay_seconds} if delay_seconds else {})
    if _call(queue_url, "SendMessage", message) is None:
        raise busy("A queue takes no messages right now; try again.")


def waiting_messages(queue_url: str) -> int:
    """About how many messages of a queue are not done yet, those in work included. Raises Unavailable."""
    names = [f"ApproximateNumberOfMessages{state}" for state in ("", "NotVisible", "Delayed")]
    answer = _call(queue_url, "GetQueueAttributes", {"QueueUrl": queue_url, "AttributeNames": names})
    if answer is None:
        raise busy("A queue does not answer right now; try again.")
    return sum(int(answer["Attributes"][name]) for name in names)


def _call(queue_url: str, action: str, members: dict[str, Any]) -> dict[str, Any] | None:
    """The answer of SQS to an action; None if there is none within SECONDS, or a refusal, which is logged."""
    body = orjson.dumps(members)
    with time_limit(SECONDS):
        for _ in tries():
            status, answer = _post(queue_url, action, body)
            if status == 200 and (parsed := _parsed(answer)) is not None:
                return parsed
            if 400 <= status < 500 and b"hrottl" not in answer:
                # Another try would not help: no such queue, no right to it, an invalid message.
                code = (_parsed(answer) or {}).get("__type")
                logger().error("message refused", extra={"status": status, "code": code, "action": action})
                break
    return None


def _parsed(answer: bytes) -> dict[str, Any] | None:
    """The object of an answer; None if it is none."""
    try:
        value = orjson.loads(answer)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _post(queue_url: str, action: str, body: bytes) -> tuple[int, bytes]:
    """Status and body of the answer; status 0 without one."""
    endpoint = _endpoint(queue_url)
    headers: Any = _signed(endpoint.host, action, body)
    try:
        # What listens to botocore's requests, such as an AWS in process, sees this one too.
        request = AWSPreparedRequest("POST", f"{endpoint.scheme}://{endpoint.host}/", headers, body, False)
        for _, answer in session().get_component("event_emitter").emit(f"before-send.sqs.{action}", request=request):
            if answer is not None:
                return answer.status_code, answer.content
        return _exchange(endpoint, headers, body)
    except (OSError, ValueError, http.client.HTTPException):
        _disconnect()
        return 0, b""


def _signed(host: str, action: str, body: bytes) -> dict[str, str]:
    """The headers of a request, with its signature (Signature Version 4)."""
    source: Any = session().get_credentials()
    credentials = source.get_frozen_credentials()
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    headers = {"content-type": _MEDIA_TYPE, "host": host, "x-amz-date": at}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    headers["x-amz-target"] = f"AmazonSQS.{action}"
    names = ";".join(headers)
    lines = "".join(f"{name}:{text}\n" for name, text in headers.items())
    canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{at[:8]}/{_region()}/sqs/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(_key_of_day(credentials.secret_key, at[:8], _region()), text.encode(), "sha256").hex()
    credential = f"{credentials.access_key}/{scope}"
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return headers


@functools.lru_cache(maxsize=1)
def _key_of_day(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, "sqs", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _exchange(endpoint: _Endpoint, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """Send a request on the open connection, or on a new one, and read the answer (HTTP/1.1, RFC 9112).

    Raises OSError or HTTPException without an answer; then the connection must not be used again.
    """
    connection: socket.socket | None = getattr(_connections, "open", None)
    if connection is None:
        connection = _connections.open = _connect(endpoint)
    lines = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
    head = f"POST / HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n"
    # Both in one packet, and in one call of the system.
    connection.sendall(head.encode() + body)
    return _answer(connection)


def _answer(connection: socket.socket) -> tuple[int, bytes]:
    received = _receive(connection)
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    line = _STATUS_LINE.match(head)
    if line is None:
        raise http.client.BadStatusLine("not HTTP/1")
    found = _LENGTH.search(head)
    length = int(found[1]) if found else None
    if length is not None:
        while len(body) < length:
            body += _receive(connection)
    elif _CHUNKED.search(head):
        body = _joined_chunks(connection, body)
    else:
        while more := connection.recv(65536):
            body += more
    if len(body) != length or line["minor"] == b"0" or _CLOSE.search(head):
        # Where the next answer would begin is not known, or there is none.
        _disconnect()
    return int(line["status"]), body[:length]


def _joined_chunks(connection: socket.socket, received: bytes) -> bytes:
    """The content of a chunked body (RFC 9112, section 7.1), of which a part was received; AWS sends none."""
    content = b""
    while True:
        while b"\r\n" not in received:
            received += _receive(connection)
        size, _, received = received.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        while len(received) < length + 2:
            received += _receive(connection)
        if length == 0:
            return content
        content += received[:length]
        received = received[length + 2 :]


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise http.client.RemoteDisconnected("the connection was closed")
    return received


def _disconnect() -> None:
    connection: socket.socket | None = getattr(_connections, "open", None)
    if connection is not None:
        connection.close()
    _connections.open = None


def _connect(endpoint: _Endpoint) -> socket.socket:
    if endpoint.scheme == "http":
        connection = http.client.HTTPConnection(endpoint.host, timeout=SOCKET_SECONDS)
    else:
        connection = http.client.HTTPSConnection(endpoint.host, timeout=SOCKET_SECONDS, context=_trusted())
    connection.connect()
    opened: socket.socket = connection.sock
    return opened


@functools.cache
def _trusted() -> ssl.SSLContext:
    """The authorities that botocore trusts; reading them takes longer than a try."""
    return ssl.create_default_context(cafile=get_cert_path(True))


@functools.cache
def _endpoint(queue_url: str) -> _Endpoint:
    given = os.environ.get("AWS_ENDPOINT_URL_SQS") or os.environ.get("AWS_ENDPOINT_URL")
    parts = urllib.parse.urlsplit(given or queue_url)
    return _Endpoint(parts.scheme, parts.netloc)


@functools.cache
def _region() -> str:
    region: str = session().get_config_variable("region")
    return region
