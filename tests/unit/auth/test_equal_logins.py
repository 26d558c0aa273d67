"""A login of an unknown e-mail costs what one with a wrong password does; a new password has 8 characters."""

import json
from typing import Any

import argon2
import pytest

from auth import create_first_admin, log_in
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import add_user
from tests.unit.conftest import Call, api_event

CREDENTIALS: dict[str, Any] = json.loads(api_event("auth/log_in")["body"])


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passwords were compared with."""
    made: list[str] = []
    verify = argon2.PasswordHasher.verify

    def noted(hasher: argon2.PasswordHasher, stored: str, password: str) -> bool:
        made.append(stored)
        return bool(verify(hasher, stored, password))

    monkeypatch.setattr(argon2.PasswordHasher, "verify", noted)
    return made


def test_an_unknown_e_mail_a_wrong_password_and_an_invited_user_cost_the_same(call: Call, hashed: list[str]) -> None:
    create_first_admin.handler(api_event("auth/create_first_admin"), None)
    invited = add_user(password="").email
    tries = [CREDENTIALS | {"password": "a wrong one"}]
    tries += [CREDENTIALS | {"email": email} for email in ("nobody@example.com", invited)]
    answers, reads, costs = [], [], []
    for credentials in tries:
        hashed.clear()
        with dynamodb_faults.injected() as faults:
            answers.append(call(log_in.handler, "auth/log_in", body=credentials))
        reads.append([request.operation for request in faults.requests])
        costs.append([stored.rsplit("$", 2)[0] for stored in hashed])
    assert [answer["statusCode"] for answer in answers] == [401] * 3
    assert len({answer["body"] for answer in answers}) == 1
    assert reads == [["UpdateItem", "BatchGetItem", "GetItem", "UpdateItem"]] * 3
    assert costs == [costs[0]] * 3
    assert len(costs[0]) == 1


@pytest.mark.parametrize(("password", "allowed"), [("7 chars", False), ("8 chars.", True)])
def test_a_new_password_has_8_characters(aws: object, password: str, allowed: bool) -> None:
    event = {"email": "ada@example.com", "password": password}
    if allowed:
        assert create_first_admin.handler(event, None)["created"]
    else:
        with pytest.raises(ValueError, match="/password"):
            create_first_admin.handler(event, None)
