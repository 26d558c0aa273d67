"""Users, their logins, and calls of the API as the gateway passes them on: through the authorizer."""

import datetime
import functools
import itertools
import json
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any, Self

import botocore.session
import jwt.api_jwt
import pytest

from auth import authorize_token, log_in
from auth.users import repository
from auth.users.passwords import hash_password
from auth.users.repository import User
from auth.users.rights import UserType
from payerworks.aws import client
from payerworks.secret import SIGNS_AFTER
from payerworks.settings import settings
from tests.unit.conftest import api_event
from tests.unit.described import check_described

PASSWORD = "correct horse battery"
CLIENT_ID = "3f0d8c1e-5b7a-4c2d-9e6f-0a1b2c3d4e5f"
_hash = functools.cache(hash_password)
_numbers = itertools.count(1)


def add_user(
    user_type: UserType = "patient",
    roles: Sequence[str] = (),
    *,
    tenant: str = "acme",
    email: str = "",
    reference_id: str = "",
    active: bool = True,
    password: str = PASSWORD,
) -> User:
    """Store a user with the password PASSWORD; with none if it is empty."""
    number = next(_numbers)
    email = email or f"user{number}@example.com"
    password_hash = _hash(password) if password else ""
    user = User(tenant, f"u-{number}", email, user_type, password_hash, tuple(roles), reference_id, active)
    repository.add_user(user)
    return user


def stored(user: User) -> User:
    """A user as it is stored now."""
    found = repository.get_user(user.tenant, user.user_id)
    assert found is not None
    return found


def answered(handler: Any, name: str, **changes: Any) -> dict[str, Any]:
    """The answer of a handler to the event `auth/{name}`, with its body parsed into `json`."""
    answer: dict[str, Any] = handler(api_event(f"auth/{name}", **changes), None)
    check_described(handler, answer)
    if answer["body"]:
        answer["json"] = json.loads(answer["body"])
    return answer


def logged_in(user: User, **headers: str) -> dict[str, Any]:
    """The tokens of a new session of a user."""
    credentials = {"email": user.email, "password": PASSWORD}
    answer = answered(log_in.handler, "log_in", body=credentials, headers=headers)
    assert answer["statusCode"] == 200, answer["body"]
    tokens: dict[str, Any] = answer["json"]
    return tokens


def context_of(token: str) -> dict[str, str] | None:
    """What the authorizer says of a token's holder; None if it refuses the token."""
    event = api_event("auth/authorize_token") | {"authorizationToken": f"Bearer {token}"}
    verdict = authorize_token.handler(event, None)
    allows = verdict["policyDocument"]["Statement"][0]["Effect"] == "Allow"
    assert allows == bool(verdict["context"])
    return verdict["context"] or None


def called(handler: Any, name: str, token: str, *, invocation: object = None, **changes: Any) -> dict[str, Any]:
    """The answer to a call with a token, which passes through the authorizer first; `invocation` is its context."""
    context = context_of(token)
    if context is None:
        return {"statusCode": 401, "refused": True}
    event = api_event(f"auth/{name}", **changes)
    event["requestContext"]["authorizer"] = context
    answer: dict[str, Any] = handler(event, invocation)
    check_described(handler, answer)
    if answer["body"]:
        answer["json"] = json.loads(answer["body"])
    return answer


def mails() -> list[dict[str, Any]]:
    """The messages of the queue AuthMails, which are then gone."""
    url = settings().queues["auth_mails"]
    found: list[dict[str, Any]] = []
    while received := client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in received:
            found.append(json.loads(message["Body"]))
            client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def items(prefix: str = "") -> list[dict[str, Any]]:
    """The items of the table whose sort key begins with a text."""
    found = client("dynamodb").scan(TableName="AuthTable")["Items"]
    return [item for item in found if item["sk"]["S"].startswith(prefix)]


@pytest.fixture
def rotate_signing_secret(clock: Callable[[float], None]) -> Callable[[], None]:
    """Rotate the signing secret, and let the new one sign."""

    def rotate() -> None:
        value = secrets.token_hex(8)
        client("secretsmanager").put_secret_value(SecretId=settings().signing_secret_arn, SecretString=value)
        clock(SIGNS_AFTER)

    return rotate


@pytest.fixture
def clock(aws: botocore.session.Session, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Time that passes only when a test says so: `clock(60)` is a minute."""
    passed, began, monotonic = [0.0], float(int(time.time())), time.monotonic
    monkeypatch.setattr(time, "time", lambda: began + passed[0])
    monkeypatch.setattr(time, "time_ns", lambda: int((began + passed[0]) * 1e9))
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + passed[0])

    class LaterDatetime(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Self:
            return cls.fromtimestamp(time.time(), tz)

    # PyJWT asks datetime for the time.
    monkeypatch.setattr(jwt.api_jwt, "datetime", LaterDatetime)

    def pass_time(seconds: float) -> None:
        passed[0] += seconds

    return pass_time
