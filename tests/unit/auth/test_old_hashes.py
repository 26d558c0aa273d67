"""Hashes of other systems and of other times: they verify, and the next login replaces them."""

import argon2
import bcrypt
import pytest

from auth import log_in
from auth.users.passwords import is_correct, needs_rehash
from auth.users.repository import User, replace_hash
from payerworks.aws import client
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import PASSWORD, add_user, answered, context_of, logged_in, stored
from tests.unit.conftest import api_event
from tests.unit.interleaving import after_call

LONG = "café " * 20
BCRYPT = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
BEFORE = 7
"""Calls of a login: two counted attempts, two of its user, the keys, the session, an attempt taken back."""
OLD = {
    "bcrypt 2a": BCRYPT.replace("$2b$", "$2a$"),
    "bcrypt 2b": BCRYPT,
    "bcrypt 2y": BCRYPT.replace("$2b$", "$2y$"),
    "argon2id": argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD),
    "argon2i": argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=argon2.Type.I).hash(PASSWORD),
}


def with_hash(old_hash: str) -> User:
    user = add_user()
    replace_hash(user, old_hash)
    return stored(user)


@pytest.mark.parametrize("old_hash", OLD.values(), ids=OLD)
def test_an_old_hash_verifies_and_is_replaced_by_the_next_login(aws: object, old_hash: str) -> None:
    user = with_hash(old_hash)
    wrong = answered(log_in.handler, "log_in", body={"email": user.email, "password": "not it at all"})
    assert wrong["statusCode"] == 401
    assert stored(user).password_hash == old_hash
    token = logged_in(user)["access_token"]
    renewed = stored(user)
    assert renewed.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (renewed.password_set_at, renewed.access_version) == (user.password_set_at, user.access_version)
    assert context_of(token) is not None
    logged_in(user)
    assert stored(user).password_hash == renewed.password_hash


def test_bcrypt_looks_at_72_bytes_as_the_libraries_did_that_made_the_hashes(aws: object) -> None:
    old_hash = bcrypt.hashpw(LONG.encode()[:72], bcrypt.gensalt(4)).decode()
    assert is_correct(LONG, old_hash)
    assert is_correct(LONG + "more", old_hash)
    assert not is_correct("x" + LONG[1:], old_hash)


def test_a_hash_of_today_is_kept(aws: object) -> None:
    user = add_user()
    assert not needs_rehash(user.password_hash)
    logged_in(user)
    assert stored(user).password_hash == user.password_hash


def test_a_password_that_is_changed_meanwhile_is_not_put_back(aws: object) -> None:
    user = with_hash(BCRYPT)

    def change() -> None:
        replace_hash(stored(user), "another")

    with after_call("TransactWriteItems", change):
        logged_in(user)
    assert stored(user).password_hash == "another"


def test_a_hash_that_cannot_be_replaced_now_fails_no_login(aws: object) -> None:
    user = with_hash(BCRYPT)
    event = api_event("auth/log_in", body={"email": user.email, "password": PASSWORD})
    with dynamodb_faults.injected() as faults:
        faults.last(dynamodb_faults.error("ThrottlingException"), "UpdateItem", passed=BEFORE)
        answer = log_in.handler(event, dynamodb_faults.Invocation())
        refused = faults.requests[BEFORE:]
    assert refused
    assert all(":new" in request.body["ExpressionAttributeValues"] for request in refused)
    assert answer["statusCode"] == 200
    assert stored(user).password_hash == BCRYPT


def test_a_user_without_a_password_cannot_log_in_with_any(aws: object) -> None:
    user = add_user(password="")
    for password in ("any password", " ", "$argon2id$"):
        answer = answered(log_in.handler, "log_in", body={"email": user.email, "password": password})
        assert answer["statusCode"] == 401
    attributes = client("dynamodb").get_item(
        TableName="AuthTable", Key={"pk": {"S": f"acme#{user.user_id}"}, "sk": {"S": "USER"}}
    )["Item"]
    assert (attributes["password_hash"], attributes["password_set_at"]) == ({"S": ""}, {"S": ""})
