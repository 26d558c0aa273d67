import base64
import hashlib
import json
import time
from typing import Any

import botocore.session
import jwt
import pytest

from auth import create_first_admin, get_public_keys, log_in
from auth.users import passwords
from tests.unit.conftest import Call, api_event

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
    assert (claims["sub"], claims["tenant"], claims["user_type"]) == (user_id, "acme", "admin")
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
    session_ids = {json.loads(base64.urlsafe_b64decode(pad(each["refresh_token"])))[2] for each in (first, second)}
    assert {session["sk"]["S"].removeprefix("SESSION#") for session in kept} == session_ids


def pad(refresh_token: str) -> str:
    place = refresh_token.split(".")[0]
    return place + "=" * (-len(place) % 4)


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
