"""The smoke test of `make deploy ENV=…`: plans by the real handlers, health and pages as a deployment answers them."""

from collections import defaultdict
from dataclasses import replace

import httpx
import pytest
from pydantic import SecretStr

from infrastructure.deployment.smoke_test import smoke_test
from localstack.problem import StackProblem
from payerworks_cli.deployment import Deployment
from tests.unit.cli.conftest import service as service
from tests.unit.cli.service import ADMIN, API, Service

LOGGED_IN = Deployment(API, ADMIN["email"], SecretStr(ADMIN["password"]))


class DifferentPlan(defaultdict[str, list[httpx.Response]]):
    """Another plan, in place of each answer to a GET of one."""

    def get(self, name: str, default: object = None) -> object:
        return name.startswith("GET /v1/plan/") or super().get(name, default)

    def __missing__(self, name: str) -> list[httpx.Response]:
        return [httpx.Response(200, json={"objectId": "other"})]


@pytest.fixture(autouse=True)
def _deployed(service: Service) -> None:
    service.scripted = {
        "GET /health": [httpx.Response(200, json={"status": "up"})],
        "GET /console": [httpx.Response(200, text="<!doctype html>")],
    }


def deleted(service: Service) -> list[str]:
    """The paths that were deleted."""
    paths = [each.url.path for each in service.requests if each.method == "DELETE"]
    return [path.partition("_user_request_")[2] for path in paths]


def test_health_the_login_page_and_a_plan_are_tried_and_nothing_is_left(service: Service) -> None:
    seen = list(smoke_test(LOGGED_IN))
    assert seen == ["health: up", "login page: 15 bytes", "a plan and back: stored, read, deleted"]
    [path] = deleted(service)
    assert path.startswith("/v1/plan/smoke-test-")
    assert service.asked["POST /v1/plan"] == service.asked[f"GET {path}"] == 1


def test_without_a_login_the_plan_is_left_out_and_how_to_log_in_is_said(service: Service) -> None:
    *_, plan = smoke_test(replace(LOGGED_IN, email="", password=None, log_in="`payerworks login` logs in"))
    assert plan.endswith("because nobody is logged in; `payerworks login` logs in")
    assert {each.method for each in service.requests} == {"GET"}


def test_an_api_that_fails_fails_the_run(service: Service) -> None:
    service.scripted["GET /console"] = [httpx.Response(500, json={"title": "Internal error", "status": 500})]
    with pytest.raises(StackProblem, match="The smoke test failed: GET /console was answered 500"):
        list(smoke_test(LOGGED_IN))


def test_a_plan_that_comes_back_different_fails_the_run_and_is_deleted(service: Service) -> None:
    service.scripted = DifferentPlan(list, service.scripted)
    with pytest.raises(StackProblem, match="came back different"):
        list(smoke_test(LOGGED_IN))
    assert len(deleted(service)) == 1
