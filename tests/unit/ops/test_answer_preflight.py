import json
from collections.abc import Callable

from ops import answer_preflight
from ops.description import api_description
from tests.unit.conftest import Call

ORIGIN = "https://console.example.com"


def test_a_configured_origin_may_call_with_every_method_and_header_but_not_with_a_cookie(
    call: Call, environment: Callable[..., None]
) -> None:
    environment(CORS_ORIGINS=f"https://other.example.com, {ORIGIN}")
    answer = call(answer_preflight.handler, "ops/answer_preflight")
    assert (answer["statusCode"], answer["body"]) == (204, "")
    headers = answer["headers"]
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "PATCH" in headers["Access-Control-Allow-Methods"]
    described = json.loads(api_description.FILE.read_text())["components"]["parameters"]
    allowed = set(headers["Access-Control-Allow-Headers"].split(", "))
    # The header X-Session is what a cookie counts with.
    assert allowed == {"Authorization", "Content-Type"} | described.keys() - {"X-Session"}
    assert "Access-Control-Allow-Credentials" not in headers
    assert headers["Access-Control-Max-Age"] == "7200"
    assert headers["Vary"] == "Origin"


def test_another_origin_gets_no_headers(call: Call, environment: Callable[..., None]) -> None:
    environment(CORS_ORIGINS="https://other.example.com")
    answer = call(answer_preflight.handler, "ops/answer_preflight")
    assert answer["statusCode"] == 204
    assert not [name for name in answer["headers"] if name.startswith("Access-Control")]
    assert answer["headers"]["Vary"] == "Origin"


def test_without_configured_origins_nobody_gets_headers(call: Call) -> None:
    answer = call(answer_preflight.handler, "ops/answer_preflight")
    assert answer["statusCode"] == 204
    assert not [name for name in answer["headers"] if name.startswith("Access-Control")]
