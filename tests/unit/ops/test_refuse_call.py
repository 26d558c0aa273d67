from collections.abc import Callable

import pytest

from ops import refuse_call
from ops.description import api_description
from ops.description.routes import methods_of
from tests.unit.conftest import Call, api_event

PATHS = api_description.description()["paths"]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("v1/plan", "GET, POST"),
        ("v1/plan/7", "GET, PUT, PATCH, DELETE"),
        ("v1/plan/a%2Fb", "GET, PUT, PATCH, DELETE"),
        ("v1/plan/search", "GET"),
        ("v1/plan/7/history", "GET"),
        ("v1/plan/es_plan/7", "GET"),
        ("claims/7/void", "POST"),
        ("ingest/uploads", "POST"),
        ("ingest/7", "GET"),
        ("health", "GET"),
        (".well-known/jwks.json", "GET"),
    ],
)
def test_another_method_on_a_path_of_the_api_is_405_and_lists_those_there_are(
    call: Call, path: str, methods: str
) -> None:
    answer = call(refuse_call.handler, "ops/refuse_call", path={"proxy": path}, headers={"X-Request-Id": "mine"})
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, methods)
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert (answer["json"]["type"], answer["json"]["status"]) == ("urn:payerworks:problem:method-not-allowed", 405)
    assert answer["json"]["requestId"] == answer["headers"]["X-Request-Id"] == "mine"


@pytest.mark.parametrize(
    "path", ["v2/plan", "v1", "v1/plan/", "v1/plan/es_plan", "v1/plan/7/history/1", "claims/7/paid", "v1//plan", "*"]
)
def test_another_path_is_404(call: Call, path: str) -> None:
    answer = call(refuse_call.handler, "ops/refuse_call", path={"proxy": path})
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (404, "application/problem+json")
    assert "Allow" not in answer["headers"]


def test_the_root_is_404(call: Call) -> None:
    event = api_event("ops/refuse_call") | {"resource": "/", "path": "/", "pathParameters": None}
    assert refuse_call.handler(event, None)["statusCode"] == 404


@pytest.mark.parametrize("path", ["v1/plan", "v2/plan"])
def test_a_page_of_a_configured_origin_may_read_the_refusal(
    call: Call, environment: Callable[..., None], path: str
) -> None:
    environment(CORS_ORIGINS="https://a.example")
    headers = {"Origin": "https://a.example"}
    answer = call(refuse_call.handler, "ops/refuse_call", path={"proxy": path}, headers=headers)
    assert answer["headers"]["Access-Control-Allow-Origin"] == "https://a.example"
    assert "Allow" in answer["headers"]["Access-Control-Expose-Headers"].split(", ")


def test_every_path_of_the_description_is_known_with_its_methods() -> None:
    assert PATHS
    for path, item in PATHS.items():
        methods = {method.lower() for method in methods_of(path.removeprefix("/"))}
        assert methods == item.keys() - {"parameters"}
