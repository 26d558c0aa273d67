import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import botocore.session
import jwt
import pytest

from auth import create_first_admin, get_public_keys, log_in
from auth.sessions import session_repository
from auth.users import passwords, repository
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import CLIENT_ID, PASSWORD, add_user, answered, context_of, items, logged_in, stored
from tests.unit.conftest import Call, api_event
from tests.unit.interleaving import before_call

CREDENTIALS = json.loads(api_event("auth/log_in")["body"])


@pytest.fixture
def user_id(aws: botocore.session.Session) -> str:
    return str(create_first_admin.handler(api_event("auth/create_first_admin"), None)["user_id"])


def sessions(aws: botocore.session.Session) -> list[dict[str, Any]]:
    items = aws.create_client("dynamodb").scan(TableName="AuthTable")["Items"]
    return [item for item in items if item["sk"]["S"].startswith("SESSION#")]


def test_a_login_answers_tokens_and_their_user(call: Call, user_id: str) -> None:
    answer = call(log_in.handler, "auth/log_in")
    assert answer["statusCode"] == 200
    members = answer["json"]
    assert list(members) == [
        "access_token",
        "token_type",
        "expires_in",
        "refresh_token",
        "user_id",
        "user_type",
        "email",
    ]
    assert (members["token_type"], members["expires_in"]) == ("bearer", 3600)
    assert (members["user_id"], members["user_type"], members["email"]) == (user_id, "admin", "ada@example.com")
    assert answer["headers"]["Cache-Control"] == "no-store"


def test_the_access_token_is_a_jwt_that_the_published_keys_verify(call: Call, user_id: str) -> None:
    token = call(log_in.handler, "auth/log_in")["json"]["access_token"]
    (key,) = call(get_public_keys.handler, "auth/get_public_keys")["json"]["keys"]
    assert jwt.get_unverified_header(token) == {"typ": "at+jwt", "alg": "ES256", "kid": key["kid"]}
    claims = jwt.decode(token, jwt.PyJWK(key), algorithms=["ES256"], audience="payerworks-api", issuer="payerworks")
    assert (claims["sub"], claims["tenant"], claims["client_id"]) == (user_id, "acme", "payerworks-api")
    assert claims["nbf"] == claims["iat"]
    assert {"jti", "sid"} <= claims.keys()
    assert claims["exp"] - claims["iat"] == 3600
    assert "ada@" not in str(claims)


def test_each_login_is_a_session_whose_refresh_token_is_kept_as_a_hash(
    aws: botocore.session.Session, call: Call, user_id: str
) -> None:
    first, second = (call(log_in.handler, "auth/log_in")["json"] for _ in range(2))
    assert first["refresh_token"] != second["refresh_token"]
    kept = sessions(aws)
    hashes = {hashlib.sha256(each["refresh_token"].encode()).hexdigest() for each in (first, second)}
    assert {session["refresh_hash"]["S"] for session in kept} == hashes
    assert {session["pk"]["S"] for session in kept} == {f"acme#{user_id}"}
    days = [(int(session["expires"]["N"]) - time.time()) / 86400 for session in kept]
    assert all(29.9 < left <= 30 for left in days)
    noted = {session["sk"]["S"].removeprefix("SESSION#"): int(session["expires"]["N"]) for session in kept}
    user = repository.get_user("acme", user_id)
    assert user is not None
    assert user.sessions == noted


def test_a_user_has_fifty_sessions_at_most_and_the_oldest_ends(
    aws: botocore.session.Session, call: Call, user_id: str, clock: Callable[[float], None]
) -> None:
    tokens = []
    for _ in range(52):
        tokens.append(call(log_in.handler, "auth/log_in")["json"]["access_token"])
        clock(1)
    assert len(sessions(aws)) == 50
    assert [context_of(token) is None for token in tokens[:4]] == [True, True, False, False]


def test_an_email_is_the_same_in_any_case(call: Call, user_id: str) -> None:
    answer = call(log_in.handler, "auth/log_in", body=CREDENTIALS | {"email": " Ada@EXAMPLE.com "})
    assert answer["json"]["email"] == "ada@example.com"


def test_a_wrong_password_and_an_unknown_email_get_the_same_answer(call: Call, user_id: str) -> None:
    wrong = call(log_in.handler, "auth/log_in", body=CREDENTIALS | {"password": "not it"})
    unknown = call(log_in.handler, "auth/log_in", body=CREDENTIALS | {"email": "bob@example.com"})
    assert (wrong["statusCode"], unknown["statusCode"]) == (401, 401)
    assert wrong["body"] == unknown["body"]
    assert wrong["headers"] == unknown["headers"]
    assert wrong["headers"]["WWW-Authenticate"] == "Bearer"


def test_the_dummy_hash_costs_as_much_to_check_as_a_users() -> None:
    assert not passwords._hasher().check_needs_rehash(passwords._DUMMY_HASH)
    assert not passwords.is_correct("any", None)


def test_an_inactive_user_learns_it_only_with_the_right_password(
    aws: botocore.session.Session, call: Call, user_id: str
) -> None:
    aws.create_client("dynamodb").update_item(
        TableName="AuthTable",
        Key={"pk": {"S": f"acme#{user_id}"}, "sk": {"S": "USER"}},
        UpdateExpression="SET active = :no",
        ExpressionAttributeValues={":no": {"BOOL": False}},
    )
    assert call(log_in.handler, "auth/log_in")["statusCode"] == 403
    assert call(log_in.handler, "auth/log_in", body=CREDENTIALS | {"password": "not it"})["statusCode"] == 401
    assert sessions(aws) == []


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/email", "/password"]),
        ({"email": "ada", "password": ""}, ["/email", "/password"]),
        ({"email": 1, "password": None}, ["/email", "/password"]),
        (CREDENTIALS | {"password": "x" * 257}, ["/password"]),
        (CREDENTIALS | {"remember": True}, ["/remember"]),
    ],
)
def test_invalid_credentials_are_bad_input(call: Call, body: object, pointers: list[str]) -> None:
    answer = call(log_in.handler, "auth/log_in", body=body)
    assert answer["statusCode"] == 400
    assert [fault["pointer"] for fault in answer["json"]["errors"]] == pointers


def test_neither_password_nor_token_is_logged(
    call: Call, user_id: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = call(log_in.handler, "auth/log_in")["json"]
    call(log_in.handler, "auth/log_in", body=CREDENTIALS | {"password": "not it at all"})
    logged = capsys.readouterr().out + str([vars(record) for record in caplog.records])
    assert user_id in logged
    for secret in (CREDENTIALS["password"], "not it at all", answer["access_token"], answer["refresh_token"], "ada@"):
        assert secret not in logged


def wrong(email: str, **headers: str) -> dict[str, Any]:
    body = {"email": email, "password": "not it at all"}
    return answered(log_in.handler, "log_in", body=body, headers=headers)


def test_wrong_passwords_are_slowed_down_even_with_the_right_one(clock: Callable[[float], None]) -> None:
    user = add_user()
    assert [wrong(user.email)["statusCode"] for _ in range(5)] == [401] * 5
    for credentials in ({"password": PASSWORD}, {"password": "not it"}):
        refused = answered(log_in.handler, "log_in", body={"email": user.email, **credentials})
        assert (refused["statusCode"], refused["headers"]["Retry-After"]) == (429, "1")
        assert refused["headers"]["RateLimit"] == '"login";r=0;t=1'
    clock(1)
    assert wrong(user.email)["statusCode"] == 401
    assert wrong(user.email)["headers"]["Retry-After"] == "2"
    clock(2)
    logged_in(user)
    assert [wrong(user.email)["statusCode"] for _ in range(6)] == [401] * 5 + [429]


def test_an_unknown_address_is_slowed_down_alike(clock: Callable[[float], None]) -> None:
    user = add_user()
    answers = [[wrong(email) for _ in range(7)] for email in (user.email, "nobody@example.com")]
    known, unknown = ([(each["statusCode"], each["body"], each["headers"]) for each in one] for one in answers)
    assert known == unknown


def test_who_locks_an_account_does_not_lock_its_owner_out(clock: Callable[[float], None]) -> None:
    user = add_user()
    logged_in(user, **{"X-Client-Id": CLIENT_ID})
    for _ in range(6):
        wrong(user.email, **{"X-Client-Id": "an-id-of-the-attacker"})
    assert wrong(user.email)["statusCode"] == 429
    logged_in(user, **{"X-Client-Id": CLIENT_ID})
    assert [wrong(user.email, **{"X-Client-Id": CLIENT_ID})["statusCode"] for _ in range(6)] == [401] * 5 + [429]
    clock(180 * 24 * 3600)
    for _ in range(5):
        wrong(user.email)
    assert wrong(user.email, **{"X-Client-Id": CLIENT_ID})["statusCode"] == 429


def test_an_address_that_tries_many_accounts_is_slowed_down(clock: Callable[[float], None]) -> None:
    user = add_user()
    for _ in range(60):
        logged_in(user)
    statuses = [wrong(f"u{number}@example.com")["statusCode"] for number in range(52)]
    assert statuses == [401] * 50 + [429] * 2


def test_a_login_while_the_user_is_disabled_begins_no_session(aws: botocore.session.Session) -> None:
    user = add_user()

    def disable() -> None:
        session_repository.change_user(stored(user), {"active": {"BOOL": False}}, ends=stored(user).sessions)

    with before_call("TransactWriteItems", disable):
        answer = answered(log_in.handler, "log_in", body={"email": user.email, "password": PASSWORD})
    assert answer["statusCode"] == 503
    assert items("SESSION#") == []


def test_a_change_while_a_login_begins_a_session_is_made_again_with_it(aws: botocore.session.Session) -> None:
    user = add_user("staff", ["claims"])
    tokens: list[str] = []
    with (
        before_call("TransactWriteItems", lambda: tokens.append(logged_in(user)["access_token"])),
        pytest.raises(session_repository.UserChanged),
    ):
        session_repository.change_user(stored(user), {"active": {"BOOL": False}}, ends=stored(user).sessions)
    session_repository.change_user(stored(user), {"active": {"BOOL": False}}, ends=stored(user).sessions)
    assert context_of(tokens[0]) is None


def test_a_login_that_is_not_answered_leaves_a_whole_session_or_none(aws: botocore.session.Session) -> None:
    user = add_user()
    body = {"email": user.email, "password": PASSWORD}
    with dynamodb_faults.injected() as faults:
        faults.at("TransactWriteItems", 0, dynamodb_faults.done_and_lost("TransactWriteItems"))
        answer = answered(log_in.handler, "log_in", body=body)
    assert answer["statusCode"] == 200
    assert context_of(answer["json"]["access_token"]) is not None
    assert len(items("SESSION#")) == len(stored(user).sessions) == 1


def test_a_user_of_before_there_were_roles_logs_in(aws: botocore.session.Session) -> None:
    user = add_user("admin")
    table = aws.create_client("dynamodb")
    old = {"pk": {"S": f"acme#{user.user_id}"}, "sk": {"S": "USER"}, "email": {"S": user.email}}
    old |= {"user_type": {"S": "admin"}, "password_hash": {"S": user.password_hash}}
    table.put_item(TableName="AuthTable", Item=old | {"active": {"BOOL": True}})
    context = context_of(logged_in(user)["access_token"])
    assert context is not None
    assert context["roles"] == ""


def test_logins_and_refused_passwords_are_counted(call: Call, user_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    for password, name in ((CREDENTIALS["password"], "Logins"), ("not it", "LoginsRefused")):
        capsys.readouterr()
        call(log_in.handler, "auth/log_in", body=CREDENTIALS | {"password": password})
        assert f'"{name}": 1' in capsys.readouterr().out
