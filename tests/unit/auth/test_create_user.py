import contextlib
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from auth import create_user, get_user, log_in
from auth.users import repository
from payerworks.aws import client
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import add_user, answered, called, items, logged_in, mails
from tests.unit.conftest import api_event
from tests.unit.interleaving import Killed, after_call, before_call, kill

NEW: dict[str, Any] = json.loads(api_event("auth/create_user")["body"])
KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture
def admin(aws: object) -> str:
    """The token of an administrator."""
    return str(logged_in(add_user("admin"))["access_token"])


def created(token: str, **changes: Any) -> dict[str, Any]:
    return called(create_user.handler, "create_user", token, **changes)


def test_an_administrator_makes_a_user_who_can_log_in(admin: str) -> None:
    answer = created(admin)
    assert answer["statusCode"] == 201
    user_id = answer["json"].pop("user_id")
    assert answer["json"] == {"email": NEW["email"], "user_type": "staff", "roles": ["claims"]}
    assert answer["headers"]["Location"] == user_id
    got = called(get_user.handler, "get_user", admin, path={"id": user_id})["json"]
    assert (got["active"], got["invited"], got["reference_id"]) == (True, False, "")
    login = answered(log_in.handler, "log_in", body={"email": NEW["email"], "password": NEW["password"]})
    assert (login["statusCode"], login["json"]["user_id"]) == (200, user_id)
    assert mails() == []


@pytest.mark.parametrize("user_type", ["patient", "doctor", "institution", "staff", "admin"])
def test_a_user_of_each_type_has_its_reference(admin: str, user_type: str) -> None:
    answer = created(admin, body=NEW | {"user_type": user_type, "reference_id": " p-7 ", "roles": []})
    user = repository.find_user(NEW["email"])
    assert answer["statusCode"] == 201
    assert user is not None
    assert (user.tenant, user.user_type, user.reference_id, user.roles) == ("acme", user_type, "p-7", ())


def test_an_e_mail_is_taken_in_any_spelling_and_in_every_tenant(admin: str) -> None:
    add_user(tenant="other", email="taken@xn--bcher-kva.example")
    for email in ("taken@xn--bcher-kva.example", "Taken@BÜCHER.example"):
        assert created(admin, body=NEW | {"email": email})["statusCode"] == 409
        assert created(admin, body=NEW | {"email": email}, headers=KEY)["statusCode"] == 409


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"user_type": "service"}, ["/user_type"]),
        ({"user_type": "root"}, ["/user_type"]),
        ({"user_type": "patient"}, ["/roles"]),
        ({"user_type": "admin"}, ["/roles"]),
        ({"roles": ["everything"]}, ["/roles/0"]),
        ({"password": None}, ["/password"]),
        ({"invite": True}, ["/password"]),
        ({"password": "7 chars"}, ["/password"]),
        ({"password": "a grace under pressure"}, ["/password"]),
        ({"password": "12345678"}, ["/password"]),
        ({"reference_id": "x" * 101}, ["/reference_id"]),
        ({"tenant": "other"}, ["/tenant"]),
        (
            {"email": "grace", "password": "x", "user_type": "?", "roles": 7},
            ["/email", "/password", "/user_type", "/roles"],
        ),
    ],
)
def test_what_is_wrong_is_named_at_once(admin: str, changes: dict[str, Any], pointers: list[str]) -> None:
    answer = created(admin, body=NEW | changes)
    assert answer["statusCode"] == 400
    assert [fault["pointer"] for fault in answer["json"]["errors"]] == pointers
    assert str(changes.get("password") or NEW["password"]) not in str(answer["json"]["errors"])
    assert len(items("USER")) == 1


def test_a_password_is_needed_unless_the_user_is_invited(admin: str) -> None:
    without = {name: value for name, value in NEW.items() if name != "password"}
    answer = created(admin, body=without)
    assert [(fault["pointer"], fault["message"]) for fault in answer["json"]["errors"]] == [
        ("/password", "is missing; or let invite be true")
    ]
    made = created(admin, body=without | {"invite": True})["json"]
    assert "invitation_mailed" not in made
    user_id = made["user_id"]
    assert called(get_user.handler, "get_user", admin, path={"id": user_id})["json"]["invited"] is True
    assert mails() == []


def test_an_invited_user_gets_a_mail_where_the_stack_sends_them(admin: str, environment: Callable[..., None]) -> None:
    environment(MAIL_SENDER="accounts@example.com")
    invited = {"email": NEW["email"], "user_type": "patient", "invite": True}
    made = created(admin, body=invited)["json"]
    assert made["invitation_mailed"] is True
    user_id = made["user_id"]
    [mail] = mails()
    assert (mail["kind"], mail["tenant"], mail["userId"]) == ("invitation", "acme", user_id)


@pytest.mark.parametrize("user_type", ["patient", "doctor", "institution", "staff"])
def test_only_administrators_make_users(aws: object, user_type: Any) -> None:
    roles = ["support", "directory", "operations"] if user_type == "staff" else []
    token = logged_in(add_user(user_type, roles))["access_token"]
    assert created(token)["statusCode"] == 403


def test_a_repeat_with_its_idempotency_key_makes_no_other_user(admin: str) -> None:
    first, again = (created(admin, headers=KEY) for _ in range(2))
    assert (again["statusCode"], again["body"]) == (201, first["body"])
    assert again["headers"]["Idempotency-Replayed"] == "true"
    assert created(admin, headers=KEY, body=NEW | {"password": "another password"})["statusCode"] == 422
    assert created(admin)["statusCode"] == 409


def test_a_call_killed_after_any_of_its_writes_leaves_a_whole_user_or_none(
    admin: str, clock: Callable[[float], None]
) -> None:
    users = []
    for number in itertools.count():
        new = {"headers": {"Idempotency-Key": f"k-{number}"}, "body": NEW | {"email": f"grace{number}@example.com"}}
        with after_call("*", kill, number=number), contextlib.suppress(Killed):
            created(admin, **new)
            break
        users.append(len(items("USER")))
        assert len(items("EMAIL")) == len(items("USER"))
        clock(31)
        assert created(admin, **new)["statusCode"] == 201
        assert len(items("EMAIL")) == len(items("USER")) == number + 2
    # The calls: the authorizer's read, the marker, the transaction, the answer. A kill after the third leaves a user.
    assert users == [1, 2, 4, 5]


def test_a_user_is_stored_whole_or_not_at_all(admin: str) -> None:
    before = (items("USER"), items("EMAIL"))
    for fault in dynamodb_faults.lasting("TransactWriteItems").values():
        with dynamodb_faults.injected() as faults:
            faults.last(fault, "TransactWriteItems")
            answer = created(admin, invocation=dynamodb_faults.Invocation())
        assert answer["statusCode"] == 503
        assert (items("USER"), items("EMAIL")) == before
    with dynamodb_faults.injected() as faults:
        faults.at("TransactWriteItems", 0, dynamodb_faults.done_and_lost("TransactWriteItems"))
        assert created(admin)["statusCode"] == 201
    assert len(items("USER")) == len(items("EMAIL")) == 2


def test_two_calls_at_once_make_one_user(admin: str) -> None:
    others: list[int] = []
    with before_call("TransactWriteItems", lambda: others.append(created(admin)["statusCode"])):
        assert created(admin)["statusCode"] == 409
    assert others == [201]


def test_the_password_is_nowhere_in_log_and_tables(
    admin: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    user_id = created(admin, headers=KEY)["json"]["user_id"]
    created(admin, body=NEW | {"email": "x@example.com", "password": "grace"})
    logged = capsys.readouterr().out + str([vars(record) for record in caplog.records])
    assert user_id in logged
    assert NEW["password"] not in logged
    assert NEW["email"] not in logged
    kept = [client("dynamodb").scan(TableName=table)["Items"] for table in ("AuthTable", "RequestsTable")]
    assert NEW["password"] not in str(kept)


def test_the_kept_hash_of_a_request_does_not_help_to_guess_the_password(
    admin: str, rotate_signing_secret: Callable[[], None]
) -> None:
    created(admin, headers=KEY)
    rotate_signing_secret()
    rotate_signing_secret()
    assert created(admin, headers=KEY)["statusCode"] == 422


def test_a_repeat_after_a_rotation_of_the_secret_is_the_same_request(
    admin: str, rotate_signing_secret: Callable[[], None]
) -> None:
    first = created(admin, headers=KEY)
    rotate_signing_secret()
    again = created(admin, headers=KEY)
    assert (again["statusCode"], again["json"]) == (201, first["json"])
    assert again["headers"]["Idempotency-Replayed"] == "true"
    other = created(admin, headers=KEY, body=NEW | {"password": "another of four words"})
    assert other["statusCode"] == 422
