"""Probes of the servers that the API depends on, run in parallel."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session

from payerworks.aws import session
from payerworks.dynamodb import call
from payerworks.errors import Unavailable
from payerworks.log import logger
from payerworks.redis_connection import RedisDown, redis
from payerworks.settings import settings

PROBE_SECONDS = 4.0
"""Longest wait for an answer."""


class Probe(NamedTuple):
    """Whether a server answered (None: the stack has no such server), and its latency."""

    up: bool | None
    milliseconds: float


def probe_all() -> dict[str, Probe]:
    """A probe of each server, by name."""
    pool = ThreadPoolExecutor(len(_PROBES))
    futures = {name: pool.submit(_run, name, probe) for name, probe in _PROBES.items()}
    wait(futures.values(), timeout=PROBE_SECONDS)
    # Do not wait for a probe that hangs: it ends with its own time-outs.
    pool.shutdown(wait=False)
    timed_out = Probe(False, PROBE_SECONDS * 1000)
    return {name: future.result() if future.done() else timed_out for name, future in futures.items()}


def _run(name: str, probe: Callable[[], bool | None]) -> Probe:
    started = time.perf_counter()
    up = probe()
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    if up is False:
        logger().warning("dependency is down", extra={"dependency": name, "ms": milliseconds})
    return Probe(up, milliseconds)


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


def get_from_opensearch(path: str, **params: str) -> dict[str, Any] | None:
    """The JSON answer of OpenSearch to a GET; None for no answer or an error."""
    endpoint = settings().opensearch_endpoint
    request = AWSRequest("GET", f"{endpoint.rstrip('/')}/{path}", params=params)
    is_on_aws = (urlsplit(endpoint).hostname or "").endswith(".amazonaws.com")
    return send_request(request, "es" if is_on_aws else None)


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


_PROBES: dict[str, Callable[[], bool | None]] = {"dynamodb": _dynamodb, "redis": _redis, "opensearch": _opensearch}
