from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from auth import authorize_token
from auth.sessions import session_repository
from auth.users.repository import User
from auth.users.rights import ROLES, ROUTES
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import add_user, context_of, logged_in, stored
from tests.unit.conftest import api_event

EVENT = api_event("auth/authorize_token")
API = "arn:aws:execute-api:us-east-1:123456789012:api1234567/local"


def verdict(authorization: str | None) -> dict[str, Any]:
    return authorize_token.handler(EVENT | {"authorizationToken": authorization}, None)


@pytest.fixture
def user(aws: botocore.session.Session) -> User:
    return add_user("staff", ["claims", "audit"], reference_id="r-1")


def test_a_good_token_tells_the_operation_who_calls(user: User) -> None:
    answer = verdict(f"Bearer {logged_in(user)['access_token']}")
    assert answer["principalId"] == user.user_id
    [session_id] = stored(user).sessions
    rights = answer["context"].pop("rights")
    assert answer["context"] == {
        "tenant": "acme",
        "user_id": user.user_id,
        "user_type": "staff",
        "roles": "claims,audit",
        "reference_id": "r-1",
        "session_id": session_id,
    }
    assert set(rights.split(",")) == {
        route for route, groups in ROUTES.items() if {"claims", "audit", "staff"} & set(groups)
    }
    (statement,) = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "execute-api:Invoke")
    assert statement["Resource"] == f"{API}/*"


def test_the_policy_is_the_same_for_every_route(user: User) -> None:
    event = EVENT | {"authorizationToken": f"Bearer {logged_in(user)['access_token']}"}
    one = authorize_token.handler(event, None)
    other = authorize_token.handler(event | {"methodArn": f"{API}/DELETE/claims/7"}, None)
    assert one == other


def test_a_verdict_has_what_api_gateway_takes(user: User) -> None:
    everything = add_user("staff", ROLES)
    for token in (logged_in(everything)["access_token"], "a.b.c"):
        answer = verdict(f"Bearer {token}")
        assert isinstance(answer["principalId"], str)
        assert answer["policyDocument"]["Version"] == "2012-10-17"
        assert all(isinstance(value, str) for value in answer["context"].values())
        assert len(str(answer).encode()) < 8 * 1024


def test_the_scheme_is_bearer_in_any_case(user: User) -> None:
    assert verdict(f"bEARER {logged_in(user)['access_token']}")["principalId"] == user.user_id


def test_a_call_without_a_bearer_token_is_unauthorized(aws: botocore.session.Session) -> None:
    for header in (None, "", "Bearer", "Bearer ", "Basic YTpi", "token"):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            verdict(header)


def test_one_read_of_one_item_decides(user: User) -> None:
    token = logged_in(user)["access_token"]
    assert context_of(token) is not None
    with dynamodb_faults.injected() as faults:
        assert context_of(token) is not None
    assert [request.operation for request in faults.requests] == ["GetItem"]


def test_a_change_of_roles_takes_effect_at_the_next_call(user: User) -> None:
    token = logged_in(user)["access_token"]
    session_repository.change_user(stored(user), {"roles": {"L": [{"S": "plans"}]}})
    context = context_of(token)
    assert context is not None
    assert context["roles"] == "plans"
    assert "POST /v1/plan" in context["rights"].split(",")
    assert "POST /claims" not in context["rights"].split(",")


def test_a_token_ends_with_its_session(user: User, clock: Callable[[float], None]) -> None:
    token = logged_in(user)["access_token"]
    session_repository.end_sessions(stored(user), stored(user).sessions)
    assert context_of(token) is None
    token = logged_in(user)["access_token"]
    clock(3600 + 9)
    assert context_of(token) is not None
    clock(2)
    assert context_of(token) is None
