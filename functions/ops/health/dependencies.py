"""Whether the servers that the API stands on answer, asked side by side."""

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
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

SECONDS = 4.0
"""How long an answer is waited for."""


class Probe(NamedTuple):
    """Whether a server answered (None: the stack was given none), and after how many milliseconds."""

    up: bool | None
    milliseconds: float


def probe_all() -> dict[str, Probe]:
    """A probe of each server, by its name."""
    pool = ThreadPoolExecutor(len(_PROBES))
    begun = {name: pool.submit(_timed, name, probe) for name, probe in _PROBES.items()}
    wait(begun.values(), timeout=SECONDS)
    # One that hangs is not waited for: it ends with its own time-outs.
    pool.shutdown(wait=False)
    return {name: _result(future) for name, future in begun.items()}


def _result(future: Future[Probe]) -> Probe:
    return future.result() if future.done() else Probe(False, SECONDS * 1000)


def _timed(name: str, probe: Callable[[], bool | None]) -> Probe:
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
    health = ask_opensearch("_cluster/health", timeout="2s")
    return health is not None and health["status"] != "red"


def ask_opensearch(path: str, **params: str) -> dict[str, Any] | None:
    """OpenSearch's answer to a GET; None where it does not answer, or with an error."""
    endpoint = settings().opensearch_endpoint
    asked = AWSRequest("GET", f"{endpoint.rstrip('/')}/{path}", params=params)
    signed = (urlsplit(endpoint).hostname or "").endswith(".amazonaws.com")
    return ask(asked, "es" if signed else None)


def ask(asked: AWSRequest, service: str | None) -> dict[str, Any] | None:
    """The answer to a request, signed for an AWS service; None where there is none, or an error.

    The clients of OpenSearch and SQS would cost this function's cold start more than all the rest.
    """
    credentials = session().get_credentials()
    if service and credentials:
        SigV4Auth(credentials, service, session().get_config_variable("region")).add_auth(asked)
    try:
        answer = URLLib3Session(timeout=3).send(asked.prepare())
    except BotoCoreError:
        return None
    return json.loads(answer.content) if answer.status_code == 200 else None


_PROBES: dict[str, Callable[[], bool | None]] = {"dynamodb": _dynamodb, "redis": _redis, "opensearch": _opensearch}
