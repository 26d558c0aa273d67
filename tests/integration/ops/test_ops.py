"""What the API says of itself, through the gateway."""

from typing import Any

import pytest

from ops.description import api_description
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
    for path in ("/v1/plan", "/v1/plan/12xvxc345ssdsds-508", "/auth/login", "/nothing/here"):
        answer = anybody.call("OPTIONS", path, Origin="https://page.example", Access_Control_Request_Method="PATCH")
        assert (answer.status, answer.body) == (204, b"")


def test_a_route_that_there_is_not_is_404(api: Api, anybody: Api) -> None:
    for caller in (api, anybody):
        for method, path in (("GET", "/v2/nothing"), ("POST", "/health"), ("GET", "/")):
            answer = caller.call(method, path)
            assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
            assert answer.json()["type"] == "urn:payerworks:problem:not-found"
