"""Send a message to a queue for a third of the CPU that botocore's client takes (0.35 ms), and count messages.

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
_connections = threading.local()


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
            if status == 200:
                parsed: dict[str, Any] = orjson.loads(answer)
                return parsed
            if 400 <= status < 500 and b"hrottl" not in answer:
                # Another try would not help: no such queue, no right to it, an invalid message.
                code = orjson.loads(answer).get("__type") if answer.startswith(b"{") else None
                logger().error("message refused", extra={"status": status, "code": code, "action": action})
                break
    return None


def _post(queue_url: str, action: str, body: bytes) -> tuple[int, bytes]:
    """Status and body of the answer; status 0 without one."""
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}"}
    request = AWSRequest("POST", f"{_endpoint(queue_url)}/", data=body, headers=headers)
    credentials: Any = session().get_credentials()
    SigV4Auth(credentials.get_frozen_credentials(), "sqs", _region()).add_auth(request)
    signed = request.prepare()
    try:
        # What listens to botocore's requests, such as an AWS in process, sees this one too.
        for _, answer in session().get_component("event_emitter").emit(f"before-send.sqs.{action}", request=signed):
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
