"""Each route of the API description, called by everybody: answers to those who have the right, 403 to all others."""

import functools
import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from auth import log_out, log_out_everywhere
from auth.sessions.session_repository import change_user
from auth.users.rights import (
    FROM_STATUS,
    ROLES,
    ROUTES,
    USER_TYPES,
    VALIDATION_STATUSES,
    WITH_ROLES,
    Group,
    UserType,
    ValidationStatus,
)
from ops.description import api_description
from tests.unit.auth.conftest import add_user, called, context_of, logged_in, stored
from tests.unit.conftest import TEMPLATE, api_event
from tests.unit.fake_opensearch import FakeOpenSearch


class Route(NamedTuple):
    """A route with the module of its operation; `public` ones need no token."""

    route: str
    operation: str
    public: bool


@functools.cache
def routes() -> list[Route]:
    """The routes of the API description."""
    document = json.loads(api_description.FILE.read_text())
    found = []
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            if method != "parameters":
                handler = TEMPLATE.template["Resources"][_logical_id(described["operationId"])]["Properties"]["Handler"]
                public = described.get("security") == []
                found.append(Route(f"{method.upper()} {path}", handler.removesuffix(".handler"), public))
    return found


def _logical_id(operation: str) -> str:
    return "".join(map(str.capitalize, operation.split("_")))


def status(route: Route, context: dict[str, str] | None) -> int:
    """The status of a call with the context of the authorizer; 401 where that refuses the call."""
    if context is None:
        return 401
    event = api_event(route.operation.replace(".", "/"))
    event["requestContext"]["authorizer"] = context
    answer: dict[str, Any] = importlib.import_module(route.operation).handler(event, None)
    return int(answer["statusCode"])


CALLERS: list[tuple[UserType, tuple[str, ...]]] = [
    (user_type, ()) for user_type in USER_TYPES if user_type != "service"
]
CALLERS += [("staff", (role,)) for role in ROLES] + [("staff", ROLES)]
CALLERS += [("patient", ROLES)]


def groups_of(user_type: UserType, roles: tuple[str, ...]) -> set[str]:
    return {user_type, *(roles if user_type in WITH_ROLES else ())}


def guarded() -> Iterator[Route]:
    """The routes that need a token; those that end the caller's session come last."""
    yield from sorted((route for route in routes() if not route.public), key=lambda route: "logout" in route.route)


@pytest.mark.parametrize(("user_type", "roles"), CALLERS, ids=lambda value: "+".join(value) if value else "-")
def test_a_caller_may_do_what_the_table_says_and_nothing_else(
    opensearch: FakeOpenSearch, environment: Callable[..., None], user_type: UserType, roles: tuple[str, ...]
) -> None:
    environment(RAISE_UNEXPECTED="false")
    context = context_of(logged_in(add_user(user_type, roles, reference_id="r-1"))["access_token"])
    assert context is not None
    groups: set[Group] | set[str] = groups_of(user_type, roles)
    refused = {route.route for route in guarded() if status(route, context) in (401, 403)}
    allowed = {route for route, those in ROUTES.items() if user_type == "admin" or not groups.isdisjoint(those)}
    if user_type == "patient":
        allowed -= FROM_STATUS.keys()
    assert refused == ROUTES.keys() - allowed


@pytest.mark.parametrize("status_of_patient", VALIDATION_STATUSES)
def test_a_patient_may_do_what_its_validation_allows(
    opensearch: FakeOpenSearch, environment: Callable[..., None], status_of_patient: ValidationStatus
) -> None:
    environment(RAISE_UNEXPECTED="false")
    user = add_user("patient", reference_id="r-1")
    change_user(stored(user), {"validation_status": {"S": status_of_patient}})
    context = context_of(logged_in(user)["access_token"])
    reached = VALIDATION_STATUSES[: VALIDATION_STATUSES.index(status_of_patient) + 1]
    later = {route for route, since in FROM_STATUS.items() if since not in reached}
    answered = {route.route for route in guarded() if status(route, context) not in (401, 403)}
    assert answered == {route for route, those in ROUTES.items() if "patient" in those} - later


def test_the_description_has_the_routes_of_the_table() -> None:
    assert {route.route for route in guarded()} == ROUTES.keys()


def test_a_caller_without_a_token_or_with_one_of_no_use_reaches_nothing(clock: Callable[[float], None]) -> None:
    admin = add_user("admin")
    ended, revoked, expired = (logged_in(admin)["access_token"] for _ in range(3))
    called(log_out.handler, "log_out", ended)
    assert context_of(revoked) is not None
    called(log_out_everywhere.handler, "log_out_everywhere", revoked)
    fresh = logged_in(admin)["access_token"]
    clock(3700)
    for token in ("x", ended, revoked, expired, fresh):
        assert context_of(token) is None
    for route in guarded():
        # A function that is called without the gateway, or by one without an authorizer.
        event = api_event(route.operation.replace(".", "/"))
        for authorizer in (None, {}, {"rights": "* /*"}, {"tenant": "acme", "user_id": "u-1"}):
            event["requestContext"]["authorizer"] = authorizer
            answer = importlib.import_module(route.operation).handler(event, None)
            assert answer["statusCode"] == 401, route.route
