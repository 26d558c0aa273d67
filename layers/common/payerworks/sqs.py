"""Send one message to a queue, for what every call does: a third of the CPU that botocore's client takes (0.35 ms).

The client's model of the service, its checks and its copies are left out; signature and connection are the same. It
saves a cold start the client, too.
"""

import functools
import http.client
import os
import ssl
import threading
import urllib.parse
from typing import Any

import orjson
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.httpsession import get_cert_path

from payerworks.aws import session
from payerworks.dynamodb import busy, tries
from payerworks.log import logger
from payerworks.times import time_limit

SECONDS = 6.0
"""For how long a message is tried to be sent; what is left of it when it ends is for the answer."""
SOCKET_SECONDS = 3.0
_HEADERS = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage"}
_connections = threading.local()


def send_message(queue_url: str, text: str, delay_seconds: int = 0) -> None:
    """Send a text, delivered after a delay. Raises Unavailable if the queue takes it not within SECONDS.

    A message without an answer is sent again and may come twice; after an Unavailable it may come too.
    """
    message = {"QueueUrl": queue_url, "MessageBody": text} | ({"DelaySeconds": delay_seconds} if delay_seconds else {})
    body = orjson.dumps(message)
    with time_limit(SECONDS):
        for _ in tries():
            status, answer = _post(queue_url, body)
            if status == 200:
                return
            if 400 <= status < 500 and b"hrottl" not in answer:
                # Another try would not help: no such queue, no right to it, an invalid message.
                code = orjson.loads(answer).get("__type") if answer.startswith(b"{") else None
                logger().error("message refused", extra={"status": status, "code": code})
                break
    raise busy("A queue takes no messages right now; try again.")


def _post(queue_url: str, body: bytes) -> tuple[int, bytes]:
    """Status and body of the answer; status 0 without one."""
    request = AWSRequest("POST", f"{_endpoint(queue_url)}/", data=body, headers=_HEADERS)
    credentials: Any = session().get_credentials()
    SigV4Auth(credentials.get_frozen_credentials(), "sqs", _region()).add_auth(request)
    signed = request.prepare()
    try:
        # What listens to botocore's requests, such as an AWS in process, sees this one too.
        for _, answer in session().get_component("event_emitter").emit("before-send.sqs.SendMessage", request=signed):
            if answer is not None:
                return answer.status_code, answer.content
        return _exchange(signed)
    except (OSError, http.client.HTTPException):
        _connections.open = None  # the next try opens another
        return 0, b""


def _exchange(request: AWSPreparedRequest) -> tuple[int, bytes]:
    connection: Any = getattr(_connections, "open", None)
    if connection is None:
        connection = _connections.open = _connect(request.url)
    connection.request("POST", "/", request.body, dict(request.headers.items()))
    answer = connection.getresponse()
    return answer.status, answer.read()


def _connect(url: str) -> http.client.HTTPConnection:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.netloc, timeout=SOCKET_SECONDS)
    return http.client.HTTPSConnection(parts.netloc, timeout=SOCKET_SECONDS, context=_trusted())


@functools.cache
def _trusted() -> ssl.SSLContext:
    """The authorities that botocore trusts; reading them takes longer than a try."""
    return ssl.create_default_context(cafile=get_cert_path(True))


@functools.cache
def _endpoint(queue_url: str) -> str:
    given = os.environ.get("AWS_ENDPOINT_URL_SQS") or os.environ.get("AWS_ENDPOINT_URL")
    parts = urllib.parse.urlsplit(given or queue_url)
    return f"{parts.scheme}://{parts.netloc}"


@functools.cache
def _region() -> str:
    region: str = session().get_config_variable("region")
    return region
