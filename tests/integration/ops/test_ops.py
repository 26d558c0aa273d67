"""What the API says of itself, through the gateway."""

import json
import uuid
from typing import Any

import pytest

from ops.description import api_description
from plans.plan.example_plan import EXAMPLE
from tests.integration.conftest import Api


@pytest.fixture
def anybody(stack: dict[str, Any]) -> Api:
    return Api(stack["api_url"])


def test_every_dependency_is_up(anybody: Api) -> None:
    answer = anybody.get("/health")
    assert answer.status == 200
    assert {name: each["status"] for name, each in answer.json()["dependencies"].items()} == {
        "dynamodb": "up",
        "redis": "up",
        "opensearch": "up",
        "sqs": "up",
    }
    assert set(answer.json()["consumers"].values()) == {"up"}
    assert anybody.get("/health/live").json() == {"status": "up"}


def test_the_description_is_the_file_of_the_project(anybody: Api) -> None:
    assert anybody.get("/openapi.json").body == api_description.FILE.read_bytes()


def test_a_preflight_of_any_path_needs_no_token(anybody: Api) -> None:
    for path in ("/", "/v1/plan", "/v1/plan/12xvxc345ssdsds-508", "/auth/login", "/nothing/here"):
        answer = anybody.call("OPTIONS", path, Origin="https://page.example", Access_Control_Request_Method="PATCH")
        assert (answer.status, answer.body) == (204, b"")


def test_a_path_that_there_is_not_is_404(api: Api, anybody: Api) -> None:
    for caller in (api, anybody):
        for method, path in (("GET", "/v2/nothing"), ("PATCH", "/v1/plan/7/nothing"), ("GET", "/"), ("POST", "/")):
            answer = caller.call(method, path, X_Request_Id="mine")
            assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
            assert answer.json()["type"] == "urn:payerworks:problem:not-found"
            assert answer.json()["requestId"] == answer.headers["x-request-id"] == "mine"


def test_a_method_that_a_path_has_not_is_405(api: Api, anybody: Api) -> None:
    for caller in (api, anybody):
        for method, path, methods in (
            ("POST", "/health", "GET"),
            ("DELETE", "/v1/plan/search", "GET"),
            ("POST", "/v1/plan/7", "GET, PUT, PATCH, DELETE"),
            ("GET", "/claims/7/void", "POST"),
        ):
            answer = caller.call(method, path, X_Request_Id="mine")
            assert (answer.status, answer.headers["content-type"]) == (405, "application/problem+json")
            assert (answer.headers["allow"], answer.headers["x-request-id"]) == (methods, "mine")


def test_a_body_that_is_not_utf_8_is_400(api: Api) -> None:
    body = json.dumps(EXAMPLE | {"objectId": uuid.uuid4().hex, "note": "é"}, ensure_ascii=False)
    for encoding, status in (("latin-1", 400), ("utf-8", 201)):
        assert api.call("POST", "/v1/plan", body.encode(encoding)).status == status
