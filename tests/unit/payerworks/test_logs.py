"""No line of any log has what a caller sent: not in paths, queries, bodies, headers or messages, whatever happens."""

import copy
import datetime
import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from payerworks.http import HttpHandler
from plans import get_plan
from tests.unit.conftest import ROOT, TEMPLATE, api_event
from tests.unit.ops.bundled_pages import assets

__all__ = ["assets"]
SECRET = "Secretname-7431"
MINUTE = datetime.timedelta(minutes=1)
FUNCTIONS = [
    resource["Properties"]["Handler"].split(".")[:2]
    for resource in TEMPLATE.template["Resources"].values()
    if resource["Type"] == "AWS::Serverless::Function"
]


def handler_of(service: str, operation: str) -> Any:
    return importlib.import_module(f"{service}.{operation}").handler


COOKIE = f"payerworks_refresh={SECRET}"
OPERATIONS = [name for name in FUNCTIONS if isinstance(handler_of(*name), HttpHandler)]
OF_SESSIONS = [name for name in OPERATIONS if "X-Session" in handler_of(*name).description["headers"]]
QUEUES = [name for name in FUNCTIONS if '"body"' in (ROOT / f"events/{'/'.join(name)}.json").read_text()]
QUEUES = [name for name in QUEUES if name not in OPERATIONS]


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """All that was logged so far, by the logger and beside it."""

    def read() -> str:
        return capsys.readouterr().out + str([vars(record) for record in caplog.records])

    return read


@pytest.mark.usefixtures("assets")
@pytest.mark.parametrize("body", ["", "{", f'{{"name": "{SECRET}"}}', f'["{SECRET}"]', SECRET])
@pytest.mark.parametrize("name", OPERATIONS, ids=".".join)
def test_a_call_is_logged_without_what_was_sent(
    aws: object, logged: Callable[[], str], name: list[str], body: str
) -> None:
    event = api_event("/".join(name), body=body)
    event["path"] = f"/{SECRET}"
    for members in ("pathParameters", "queryStringParameters"):
        event[members] = dict.fromkeys([*(event[members] or {}), "last_name"], SECRET)
    event["headers"] |= {"Authorization": f"Bearer {SECRET}", "Idempotency-Key": SECRET, "If-Match": f'"{SECRET}"'}
    event["headers"]["Cookie"] = COOKIE
    answer = handler_of(*name)(event, None)
    lines = logged()
    assert f"status': {answer['statusCode']}" in lines.replace('"', "'")
    assert SECRET not in lines


@pytest.mark.parametrize("session", ["cookie", SECRET])
@pytest.mark.parametrize("body", ["", "{", f'{{"name": "{SECRET}"}}'])
@pytest.mark.parametrize("name", OF_SESSIONS, ids=".".join)
def test_a_cookie_that_counts_is_neither_logged_nor_answered(
    aws: object, logged: Callable[[], str], name: list[str], body: str, session: str
) -> None:
    headers = {"Cookie": COOKIE, "X-Session": session}
    answer = handler_of(*name)(api_event("/".join(name), body=body, headers=headers), None)
    lines = logged()
    assert f"status': {answer['statusCode']}" in lines.replace('"', "'")
    assert SECRET not in lines + str(answer)


@pytest.mark.parametrize("body", [f'{{"name": "{SECRET}"}}', f'"{SECRET}"', f'{{"tenant": "{SECRET}", "', SECRET])
@pytest.mark.parametrize("name", QUEUES, ids=".".join)
def test_a_message_that_fails_is_logged_without_what_it_says(
    aws: object, logged: Callable[[], str], name: list[str], body: str
) -> None:
    event = json.loads((ROOT / f"events/{'/'.join(name)}.json").read_text())
    event["Records"] = [copy.deepcopy(event["Records"][0]) | {"body": body}]
    answer = handler_of(*name)(event, None)
    lines = logged()
    if answer["batchItemFailures"]:
        assert "message failed" in lines
    assert SECRET not in lines


def test_an_unexpected_error_is_logged_without_its_text(
    aws: object, logged: Callable[[], str], environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(RAISE_UNEXPECTED="false")

    def fail(_: object) -> None:
        raise RuntimeError(SECRET)

    operation = HttpHandler(fail, {"answers": {}})  # type: ignore[arg-type]
    answer = operation(api_event("plans/get_plan"), None)
    assert answer["statusCode"] == 500
    lines = logged()
    assert "RuntimeError" in lines
    assert "fail" in lines
    assert SECRET not in lines + answer["body"]


def test_a_call_has_one_line_that_says_what_it_was(aws: object, capsys: pytest.CaptureFixture[str]) -> None:
    event = api_event("plans/get_plan")
    get_plan.handler(event, None)
    [text] = capsys.readouterr().out.splitlines()
    line = json.loads(text)
    assert abs(datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(line.pop("timestamp"))) < MINUTE
    assert 0 <= line.pop("ms") < MINUTE.total_seconds() * 1000
    assert line == {
        "level": "INFO",
        "message": "request",
        "service": "payerworks",
        "request_id": event["requestContext"]["requestId"],
        "route": "GET /v1/plan/{id}",
        "status": 404,
    }
