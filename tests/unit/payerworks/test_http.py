import base64
import json
import re
from typing import Any

import pytest

from payerworks.errors import BadInput, Fault, Unprocessable, WrongMediaType
from payerworks.http import Answer, Request, http_operation
from tests.unit.conftest import api_event

EVENT = api_event("plans/get_plan")


def answered(function: Any, event: dict[str, Any] = EVENT) -> dict[str, Any]:
    answer: dict[str, Any] = http_operation(answers={200: None})(function)(event, None)
    return answer


def test_an_error_is_told_as_a_problem(environment: Any) -> None:
    environment(RAISE_UNEXPECTED="true")

    def refuse(request: Request) -> Answer:
        raise Unprocessable("It cannot be.", errors=[Fault("/a", "is wrong")])

    answer = answered(refuse)
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(answer["body"]) == {
        "type": "urn:payerworks:problem:unprocessable",
        "title": "Unprocessable",
        "status": 422,
        "detail": "It cannot be.",
        "requestId": answer["headers"]["X-Request-Id"],
        "errors": [{"pointer": "/a", "message": "is wrong"}],
    }


def test_what_nobody_foresaw_is_500_and_neither_answer_nor_log_quote_it(
    environment: Any, caplog: pytest.LogCaptureFixture
) -> None:
    environment(RAISE_UNEXPECTED="false")

    def fail(request: Request) -> Answer:
        raise KeyError("Maria Rentería")

    answer = answered(fail)
    assert answer["statusCode"] == 500
    assert "Renter" not in answer["body"] + caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    [line] = [record.__dict__ for record in caplog.records if record.message == "unexpected error"]
    assert line["error"] == "KeyError"
    assert re.fullmatch(r"test_http\.py:\d+ fail", line["where"][-1])
    assert line["where"][0].startswith("http.py:")


def test_a_configured_origin_may_read_the_answer(environment: Any) -> None:
    environment(CORS_ORIGINS="https://a.example, https://b.example")

    def allowed(origin: str) -> str | None:
        event = api_event("plans/get_plan", headers={"Origin": origin})
        headers = answered(lambda request: Answer(200, "{}"), event)["headers"]
        assert headers["Vary"] == "Origin"
        origin_allowed: str | None = headers.get("Access-Control-Allow-Origin")
        return origin_allowed

    assert allowed("https://b.example") == "https://b.example"
    assert allowed("https://c.example") is None


def test_answers_are_not_kept_by_caches_unless_they_can_be_checked(environment: Any) -> None:
    assert answered(lambda request: Answer(200, "{}"))["headers"]["Cache-Control"] == "no-store"
    checked = answered(lambda request: Answer(200, "{}", {"ETag": '"1"'}))
    assert checked["headers"]["Cache-Control"] == "private, no-cache"


def with_body(body: str, content_type: str = "application/json", **changes: Any) -> Request:
    return Request(api_event("plans/create_plan", body=body, headers={"Content-Type": content_type}) | changes)


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "Caf\ufffd"}',  # what the gateway makes of Latin-1
        '{"name": "Caf\\ufffd"}',
        '{"name": "Caf\\uFFFD"}',
        '{"name": "\\\\\\ufffd"}',
        '{"Caf\\uffFd": 1}',
    ],
)
def test_a_body_that_lost_characters_is_400(body: str) -> None:
    with pytest.raises(BadInput, match="not UTF-8"):
        with_body(body).body()


def test_an_escaped_backslash_before_ufffd_is_text() -> None:
    assert with_body(r'{"name": "\\ufffd"}').body() == r'{"name": "\\ufffd"}'


def test_a_body_in_base64_must_be_utf_8() -> None:
    latin, utf = (base64.b64encode('"é"'.encode(encoding)).decode() for encoding in ("latin-1", "utf-8"))
    assert with_body(utf, isBase64Encoded=True).body() == '"é"'
    with pytest.raises(BadInput, match="not UTF-8"):
        with_body(latin, isBase64Encoded=True).body()


@pytest.mark.parametrize("parameter", ["charset=utf-8", 'Charset="UTF-8"', "profile=x; charset=utf-8", "profile=x"])
def test_utf_8_is_the_charset_of_a_body(parameter: str) -> None:
    assert with_body("{}", f"application/json; {parameter}").body() == "{}"


@pytest.mark.parametrize("charset", ["iso-8859-1", '"windows-1252"', "utf-16", "", "utf-8;charset=latin1"])
def test_another_charset_is_415(charset: str) -> None:
    with pytest.raises(WrongMediaType):
        with_body("{}", f"application/json;charset={charset}").body()


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [("Caf\ufffd", "text/plain", 400), ("{}", "application/json; charset=latin1", 415), ("{}", "text/plain", 200)],
)
def test_a_body_without_use_is_utf_8_too(body: str, content_type: str, status: int, environment: Any) -> None:
    operation = http_operation(answers={200: None})(lambda request: Answer(200))
    event = api_event("claims/void_claim", body=body, headers={"Content-Type": content_type})
    assert operation(event, None)["statusCode"] == status


@pytest.mark.parametrize(
    ("header", "minimal"),
    [
        ("return=minimal", True),
        ('return="minimal"', True),
        ("RETURN = Minimal ; x=1", True),
        ("respond-async, return=minimal", True),
        ("return=minimal, return=representation", True),
        ("return=representation, return=minimal", False),
        ("respond-async; return=minimal", False),
        ('note="a, return=minimal, b"', False),
        ("return", False),
        ("", False),
    ],
)
def test_the_first_return_of_prefer_counts(header: str, minimal: bool) -> None:
    assert Request(api_event("plans/create_plan", headers={"Prefer": header})).wants_minimal is minimal


def test_lines_of_one_header_are_one_list() -> None:
    event = api_event("plans/create_plan", headers={"Prefer": "return=representation"})
    event["multiValueHeaders"] = {"Prefer": ["return=minimal", "return=representation"]}
    assert Request(event).wants_minimal


def test_lines_of_cookies_are_cookies_of_one_line() -> None:
    event = api_event("plans/create_plan", headers={"Cookie": "b=2"})
    event["multiValueHeaders"] = {"Cookie": ["a=1", "b=2"]}
    assert Request(event).headers["cookie"] == "a=1; b=2"


@pytest.mark.parametrize(
    ("rights", "status"),
    [
        ("* /*", 200),
        ("POST /claims,GET /v1/plan/{id}", 200),
        ("GET /v1/plan/*", 403),
        ("GET /v1/plan", 403),
        ("PUT /v1/plan/{id}", 403),
        ("", 401),
    ],
)
def test_a_caller_needs_a_right_to_the_route(rights: str, status: int) -> None:
    event = api_event("plans/get_plan")
    event["requestContext"]["authorizer"]["rights"] = rights
    assert answered(lambda request: Answer(200, "{}"), event)["statusCode"] == status
