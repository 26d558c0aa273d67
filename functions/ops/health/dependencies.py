"""Probes of the servers that the API depends on, run in parallel."""

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session

from ops.health.background import start
from payerworks.aws import session
from payerworks.dynamodb import call
from payerworks.errors import Unavailable
from payerworks.log import logger
from payerworks.redis_connection import RedisDown, redis
from payerworks.settings import settings

PROBE_SECONDS = 4.0
"""Longest wait for an answer."""


class Probe(NamedTuple):
    """What a server answered (False: nothing; None: the stack has no such server), and its latency."""

    answer: int | None
    milliseconds: float

    @property
    def up(self) -> bool | None:
        return None if self.answer is None else self.answer is not False


def probe_all() -> dict[str, Probe]:
    """A probe of each server, by name; the answer of SQS is the number of changes that are still to be indexed."""
    end = time.monotonic() + PROBE_SECONDS
    started = {name: start(partial(_run, name, probe)) for name, probe in _PROBES.items()}
    timed_out = Probe(False, PROBE_SECONDS * 1000)
    return {name: result(max(0.0, end - time.monotonic())) or timed_out for name, result in started.items()}


def _run(name: str, probe: Callable[[], int | None]) -> Probe:
    started = time.perf_counter()
    answer = probe()
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    if answer is False:
        logger().warning("dependency is down", extra={"dependency": name, "ms": milliseconds})
    return Probe(answer, milliseconds)


def _dynamodb() -> bool:
    try:
        call("get_item", once=True, TableName=settings().tables["requests"], Key={"pk": {"S": "health"}})
    except (Unavailable, ClientError):
        return False
    return True


def _redis() -> bool | None:
    connection = redis()
    if connection is None:
        return None
    try:
        return bool(connection.call("PING") == b"PONG")
    except RedisDown:
        return False


def _opensearch() -> bool | None:
    if not settings().opensearch_endpoint:
        return None
    health = get_from_opensearch("_cluster/health", timeout="2s")
    return health is not None and health["status"] != "red"


def _sqs() -> int:
    """The number of messages in the queue of plan changes and in its dead-letter queue; False for no answer."""
    numbers = [_count_messages(settings().queues[name]) for name in ("search_index", "search_index_dead_letters")]
    return False if None in numbers else sum(filter(None, numbers))


def _count_messages(queue_url: str) -> int | None:
    # Invisible messages count too: while OpenSearch is down, all are waiting for their next try.
    attributes = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.GetQueueAttributes"}
    body = json.dumps({"QueueUrl": queue_url, "AttributeNames": attributes})
    url = urlsplit(queue_url)
    answer = send_request(AWSRequest("POST", f"{url.scheme}://{url.netloc}/", headers=headers, data=body), "sqs")
    return sum(int(answer["Attributes"][name]) for name in attributes) if answer else None


def get_from_opensearch(path: str, **params: str) -> dict[str, Any] | None:
    """The JSON answer of OpenSearch to a GET; None for no answer or an error."""
    request = AWSRequest("GET", f"{settings().opensearch_endpoint.rstrip('/')}/{path}", params=params)
    return send_request(request, "es" if settings().opensearch_signed else None)


def send_request(request: AWSRequest, service: str | None) -> dict[str, Any] | None:
    """The JSON answer to a request, which is signed for `service` if given; None for no answer or an error.

    Importing the clients of OpenSearch and SQS would cost more of this function's cold start than all the rest.
    """
    credentials = session().get_credentials()
    if service and credentials:
        SigV4Auth(credentials, service, session().get_config_variable("region")).add_auth(request)
    try:
        answer = URLLib3Session(timeout=3).send(request.prepare())
    except BotoCoreError:
        return None
    return json.loads(answer.content) if answer.status_code == 200 else None


_PROBES: dict[str, Callable[[], int | None]] = {
    "dynamodb": _dynamodb,
    "redis": _redis,
    "opensearch": _opensearch,
    "sqs": _sqs,
}
