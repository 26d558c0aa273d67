"""Unit tests run handlers on AWS in process (moto), with the tables, queues and topics of the real template."""

import copy
import json
import pathlib
import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest
from moto import mock_aws

from auth.tokens import token_keys
from payerworks import aws as aws_clients
from payerworks import log, redis_connection, secret
from payerworks.settings import settings
from payerworks.times import begin_invocation
from tests.unit.aws_in_process import build, copy_tables_once
from tests.unit.described import check_described
from tests.unit.fake_opensearch import FakeOpenSearch, installed
from tests.unit.template import Template

ROOT = pathlib.Path(__file__).parents[2]
TEMPLATE = Template(ROOT / "template.yaml")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a unit test opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Change environment variables as a deployment would, with everything that was read from them forgotten."""

    def change(**variables: str) -> None:
        for name, text in variables.items():
            monkeypatch.setenv(name, text)
        _forget()

    yield change
    _forget()


def _forget() -> None:
    for cached in (settings, redis_connection.redis, log.logger):
        cached.cache_clear()
    token_keys.forget_copy()
    secret.forget_copies()
    begin_invocation(None)


@pytest.fixture
def aws(environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[botocore.session.Session]:
    """AWS in process, with all that the template declares; no Redis and no OpenSearch."""
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    environment(**credentials, RAISE_UNEXPECTED="true")
    copy_tables_once(monkeypatch)
    # The clients of one test serve the next: making them takes longer than most tests do.
    with mock_aws():
        environment(**build(TEMPLATE))
        yield aws_clients.session()


@pytest.fixture
def opensearch(
    aws: botocore.session.Session, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeOpenSearch]:
    """OpenSearch, with nothing in it."""
    with installed(environment, monkeypatch) as server:
        yield server


NEARLY_OVER = SimpleNamespace(get_remaining_time_in_millis=lambda: 2_500)
"""The context of an invocation whose time is nearly over: what fails is not tried again for long."""

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def call(aws: botocore.session.Session) -> Call:
    """Call a handler with the event in `events/<name>.json`, changed by what is given.

    `body` may be text or a value to write as JSON; `path`, `query` and `headers` are added to the event's;
    `tenant` and `user_id` change who calls; `context` is the invocation's. The answer's body is parsed into `json`.
    """

    def call_handler(handler: Any, name: str, *, context: object = None, **changes: Any) -> dict[str, Any]:
        answer: dict[str, Any] = handler(api_event(name, **changes), context)
        check_described(handler, answer)
        if answer.get("body") and "json" in answer["headers"].get("Content-Type", ""):
            answer["json"] = json.loads(answer["body"])
        return answer

    return call_handler


def api_event(name: str, **changes: Any) -> dict[str, Any]:
    """The event in `events/<name>.json` with changes, as `call` takes them."""
    event: dict[str, Any] = copy.deepcopy(json.loads((ROOT / "events" / f"{name}.json").read_text()))
    if "body" in changes:
        body = changes["body"]
        event["body"] = body if isinstance(body, str | None) else json.dumps(body)
    if "path" in changes:
        event["pathParameters"] = (event.get("pathParameters") or {}) | changes["path"]
    if "query" in changes:
        event["queryStringParameters"] = (event.get("queryStringParameters") or {}) | changes["query"]
        event["multiValueQueryStringParameters"] = {
            parameter: [text] for parameter, text in event["queryStringParameters"].items()
        }
    for header, text in changes.get("headers", {}).items():
        event["headers"] = {k: v for k, v in event["headers"].items() if k.lower() != header.lower()}
        if text is not None:
            event["headers"][header] = text
    for claim in ("tenant", "user_id", "user_type"):
        if claim in changes:
            event["requestContext"]["authorizer"][claim] = changes[claim]
    return event
