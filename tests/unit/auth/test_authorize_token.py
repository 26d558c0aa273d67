import json
import time
from collections.abc import Callable
from typing import Any

import botocore.session
import jwt
import pytest

from auth import authorize_token
from auth.tokens.access_token import Caller, issue_token
from auth.tokens.token_keys import base64url, public_keys, sign
from tests.unit.auth.test_get_public_keys import new_key
from tests.unit.conftest import api_event

EVENT = api_event("auth/authorize_token")
API = "arn:aws:execute-api:us-east-1:123456789012:api1234567/local"
CALLER = Caller("acme", "u-1", "admin", "s-1")


def verdict(token: str) -> dict[str, Any]:
    return authorize_token.handler(EVENT | {"authorizationToken": f"Bearer {token}"}, None)


def made(header: dict[str, Any] | None = None, **claims: Any) -> str:
    """A token signed by our key that differs from a valid one in its header and claims; None omits a member."""
    now = int(time.time())
    good_header = {"typ": "at+jwt", "alg": "ES256", "kid": public_keys()[0]["kid"]}
    good = {
        "iss": "payerworks",
        "aud": "payerworks-api",
        "sub": "u-1",
        "iat": now,
        "exp": now + 60,
        "sid": "s-1",
        "tenant": "acme",
        "user_type": "admin",
    }
    members = {name: value for name, value in (good | claims).items() if value is not None}
    text = ".".join(base64url(json.dumps(part).encode()) for part in (good_header | (header or {}), members))
    return f"{text}.{base64url(sign(text.encode()))}"


def is_refused(answer: dict[str, Any]) -> bool:
    """Whether a verdict denies every route and names no caller."""
    [statement] = answer["policyDocument"]["Statement"]
    denied = (statement["Effect"], statement["Resource"], answer["context"]) == ("Deny", f"{API}/*", {})
    assert denied or statement["Effect"] == "Allow"
    return denied


def test_a_good_token_tells_the_operation_who_calls(aws: botocore.session.Session) -> None:
    answer = verdict(issue_token(CALLER))
    assert answer["principalId"] == "u-1"
    caller = {"tenant": "acme", "user_id": "u-1", "user_type": "admin", "rights": "* /*"}
    assert answer["context"] == caller
    (statement,) = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "execute-api:Invoke")
    assert statement["Resource"] == f"{API}/*"


def test_the_policy_is_the_same_for_every_route(aws: botocore.session.Session) -> None:
    event = EVENT | {"authorizationToken": f"Bearer {issue_token(CALLER)}"}
    one = authorize_token.handler(event, None)
    other = authorize_token.handler(event | {"methodArn": f"{API}/DELETE/claims/7"}, None)
    assert one == other


def test_a_patient_may_read_plans_and_nothing_else(aws: botocore.session.Session) -> None:
    answer = verdict(made(user_type="patient"))
    assert answer["context"]["rights"] == "GET /v1/plan,GET /v1/plan/*"
    assert not is_refused(answer)


def test_a_verdict_has_what_api_gateway_takes(aws: botocore.session.Session) -> None:
    for token in (made(), made(exp=1)):
        answer = verdict(token)
        assert isinstance(answer["principalId"], str)
        assert answer["policyDocument"]["Version"] == "2012-10-17"
        assert all(isinstance(value, str) for value in answer["context"].values())


def test_the_scheme_is_bearer_in_any_case(aws: botocore.session.Session) -> None:
    event = EVENT | {"authorizationToken": f"bEARER {issue_token(CALLER)}"}
    assert authorize_token.handler(event, None)["principalId"] == "u-1"


def test_a_call_without_a_bearer_token_is_unauthorized(aws: botocore.session.Session) -> None:
    for header in (None, "", "Bearer", "Bearer ", "Basic YTpi", "token"):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            authorize_token.handler(EVENT | {"authorizationToken": header}, None)


def test_a_bearer_token_that_is_none_is_refused(aws: botocore.session.Session) -> None:
    for token in ("a.b.c", "token", "ü.ü.ü", "a b"):
        assert is_refused(verdict(token))


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"exp": int(time.time()) - 60},
    {"exp": None},
    {"iat": int(time.time()) + 600},
    {"iss": "someone else"},
    {"iss": None},
    {"aud": "another-api"},
    {"aud": None},
    {"sub": None},
    {"tenant": None},
    {"sid": None},
    {"user_type": None},
    {"user_type": "root"},
]


def test_a_token_with_a_wrong_claim_is_unauthorized(aws: botocore.session.Session) -> None:
    assert verdict(made())["principalId"] == "u-1"
    for claims in WRONG_CLAIMS:
        assert is_refused(verdict(made(**claims)))


def test_a_token_with_a_wrong_header_is_unauthorized(aws: botocore.session.Session) -> None:
    for header in ({"typ": "JWT"}, {"typ": None}, {"kid": "another"}, {"kid": None}, {"alg": "HS256"}, {"crit": ["x"]}):
        assert is_refused(verdict(made(header)))


def test_a_token_of_no_algorithm_or_of_a_shared_secret_is_unauthorized(aws: botocore.session.Session) -> None:
    header = jwt.get_unverified_header(issue_token(CALLER))
    claims = jwt.decode(made(), options={"verify_signature": False})
    unsigned = jwt.encode(claims, None, algorithm="none", headers=header | {"alg": "none"})
    x = public_keys()[0]["x"]
    shared = jwt.encode(claims, x, algorithm="HS256", headers=header | {"alg": "HS256"})
    for token in (unsigned, shared):
        assert is_refused(verdict(token))


def test_a_token_that_was_changed_is_unauthorized(aws: botocore.session.Session) -> None:
    head, _, signature = issue_token(CALLER).split(".")
    claims = base64url(json.dumps(jwt.decode(made(tenant="b"), options={"verify_signature": False})).encode())
    assert is_refused(verdict(f"{head}.{claims}.{signature}"))


def test_tokens_of_an_earlier_key_stay_valid_until_it_is_removed(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    old, new = new_key(aws), new_key(aws)
    environment(TOKEN_KEY_IDS=old)
    token = issue_token(CALLER)
    environment(TOKEN_KEY_IDS=f"{new},{old}")
    assert verdict(token)["principalId"] == "u-1"
    assert verdict(issue_token(CALLER))["principalId"] == "u-1"
    environment(TOKEN_KEY_IDS=new)
    assert is_refused(verdict(token))


def test_no_token_is_logged(aws: botocore.session.Session, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = issue_token(CALLER), made(aud="another-api")
    verdict(good)
    assert is_refused(verdict(bad))
    logged = capsys.readouterr().out
    assert "InvalidAudienceError" in logged
    assert good.split(".")[1] not in logged
    assert bad.split(".")[1] not in logged
