"""`payerworks whoami`, `sessions`, `users`, `clients`, `password` and `mfa`."""

import getpass
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from payerworks_cli.api import Api
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.pseudo_terminal import on_terminal
from tests.unit.cli.service import ADMIN, API, Service
from tests.unit.cli.test_logins import _home as _home
from tests.unit.cli.test_logins import log_in, payerworks, profile

ANN = {"user_id": "u-7", "email": "ann@example.com", "user_type": "staff", "roles": ["claims"]}
CLIENT = {"client_id": "c-7", "name": "clearinghouse", "roles": ["claims"]}
PASSWORD = "correct horse battery"


def answers(service: Service, name: str, status: int = 200, body: Any = None, times: int = 1) -> None:
    answer = httpx.Response(status) if body is None else httpx.Response(status, json=body)
    service.scripted[name] = [answer] * times


def knows_ann(service: Service) -> None:
    """The service finds Ann by her e-mail."""
    answers(service, "GET /users", body={"items": [ANN], "nextCursor": None}, times=9)


def test_whoami_tells_user_roles_deployment_and_until_when(service: Service) -> None:
    printed(log_in("prod"))
    said = [line.split(maxsplit=1) for line in printed(payerworks("whoami", "--profile", "prod")).splitlines()]
    assert said[0] == [ADMIN["email"]]
    assert ["type", "admin"] in said
    assert ["deployment", API] in said
    assert "device" not in {line[0] for line in said}
    told = json.loads(printed(payerworks("whoami", "--profile", "prod", "--json")))
    (session,) = json.loads(printed(payerworks("sessions", "list", "--profile", "prod", "--json")))["items"]
    assert (told["user"]["email"], told["expires_at"]) == (ADMIN["email"], session["expires_at"])


def test_whoami_of_a_machine_has_no_session(service: Service, stack_dir: Path) -> None:
    answers(service, "GET /auth/sessions", 403, {"title": "Forbidden"})
    assert ["until", "–"] in [line.split() for line in printed(run(stack_dir, "whoami")).splitlines()]


def test_a_token_that_was_carried_to_another_device_is_told(service: Service) -> None:
    user = {"user_id": "u", "email": "e", "user_type": "admin", "roles": [], "metadata": {}}
    printed(log_in())
    answers(service, "GET /auth/session/validate", body={"valid": True, "user": user, "same_device": False})
    assert "another than the one that logged in" in printed(payerworks("whoami"))


def test_ones_own_sessions_are_listed_and_ended(service: Service) -> None:
    printed(log_in())
    printed(log_in("other"))
    sessions = json.loads(printed(payerworks("sessions", "list", "--json")))["items"]
    (other,) = [session["id"] for session in sessions if not session["current"]]
    said = printed(payerworks("sessions", "list"))
    assert said.count("(this one)") == 1
    assert "2 sessions" in said
    assert printed(payerworks("sessions", "end", other)) == f"Session {other} is ended\n"
    assert "1 session\n" in printed(payerworks("sessions", "list"))
    assert "has expired or was ended" in payerworks("claims", "list", "--profile", "other").stderr
    again = payerworks("sessions", "end", other)
    assert (again.exit_code, again.stderr) == (1, "Error: Not found: There is no session with this id.\n")


def test_an_administrator_lists_and_ends_the_sessions_of_a_user(service: Service, stack_dir: Path) -> None:
    knows_ann(service)
    answers(service, "GET /users/u-7/sessions", body={"items": []})
    assert "0 sessions" in printed(run(stack_dir, "sessions", "list", "--user", "ann@example.com"))
    answers(service, "DELETE /users/u-7/sessions/s-1", 204)
    printed(run(stack_dir, "sessions", "end", "s-1", "--user", "u-7"))
    answers(service, "DELETE /users/u-7/sessions", 204)
    said = printed(run(stack_dir, "sessions", "end", "--all", "--user", "ann@example.com"))
    assert said == "All sessions of ann@example.com are ended\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Name one session, or --all of a user."),
        (("s-1", "--all", "--user", "u-7"), "Name one session, or --all of a user."),
        (("--all",), "logout --everywhere"),
        (("",), "An id must not be empty"),
        (("", "--user", "u-7"), "An id must not be empty"),
    ],
)
def test_no_session_is_ended_unless_it_is_named(service: Service, words: tuple[str, ...], sentence: str) -> None:
    printed(log_in())
    result = payerworks("sessions", "end", *words)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not [name for name in service.asked if name.startswith("DELETE")]


def test_users_are_listed_by_filters(service: Service, stack_dir: Path) -> None:
    disabled = ANN | {"user_id": "u-8", "email": "ben@example.com", "active": False, "reference_id": "d-1"}
    answers(service, "GET /users", body={"items": [ANN, disabled], "nextCursor": None}, times=3)
    said = printed(run(stack_dir, "users", "list", "--type", "staff", "--role", "claims", "--email", "a@b"))
    assert dict(service.requests[-1].url.params) == {
        "user_type": "staff",
        "role": "claims",
        "email": "a@b",
        "limit": "21",
    }
    assert ["u-8", "ben@example.com", "staff", "disabled", "d-1", "claims"] in [
        line.split() for line in said.splitlines()
    ]
    assert "1 user; `--limit 10` shows more" in printed(run(stack_dir, "users", "list", "--limit", "1"))
    told = json.loads(printed(run(stack_dir, "users", "list", "--json")))
    assert ([user["email"] for user in told["items"]], told["more"]) == (["ann@example.com", "ben@example.com"], False)


def test_a_user_is_named_by_id_or_e_mail(service: Service, stack_dir: Path) -> None:
    answers(service, "GET /users/u-7", body=ANN | {"created_at": "2026-11-28T10:00:00.123+00:00"}, times=3)
    lines = printed(run(stack_dir, "users", "show", "u-7")).splitlines()
    assert ["created", "at", "2026-11-28T10:00:00Z"] in [line.split() for line in lines]
    assert service.asked["GET /users"] == 0
    knows_ann(service)
    assert printed(run(stack_dir, "users", "show", "ann@example.com")).splitlines() == lines
    assert json.loads(printed(run(stack_dir, "users", "show", "u-7", "--json")))["user_id"] == "u-7"
    answers(service, "GET /users", body={"items": [], "nextCursor": None})
    unknown = run(stack_dir, "users", "show", "eve@example.com")
    assert unknown.exit_code == 1
    assert "No user has the e-mail eve@example.com: `payerworks users list --stack-dir" in unknown.stderr


def test_a_user_is_created_with_a_password_that_is_no_option(service: Service) -> None:
    printed(log_in())
    answers(service, "POST /users/create", 201, ANN, times=2)
    words = ("users", "create", "ann@example.com", "--type", "staff", "--role", "claims", "--role", "plans")
    said = printed(payerworks(*words, "--reference", "r-1", typed=f"{PASSWORD}\n"))
    assert service.sent("POST /users/create") == {
        "email": "ann@example.com",
        "user_type": "staff",
        "roles": ["claims", "plans"],
        "reference_id": "r-1",
        "password": PASSWORD,
    }
    assert PASSWORD not in said
    code, screen = on_terminal(80, *words, "--password-stdin", typed=f"{PASSWORD}\n")
    assert code == 0, screen
    assert payerworks(*words, "--password", "x").exit_code == 2
    assert "No password was given" in payerworks(*words, typed="").stderr
    assert "leave --password-stdin out" in payerworks(*words, "--invite", "--password-stdin").stderr
    assert service.asked["POST /users/create"] == 2


def test_an_invitation_is_shown_once_or_mailed(service: Service, stack_dir: Path) -> None:
    shown = {"token": "the-token", "expires_at": "2026-11-29T10:00:00.5+00:00"}
    answers(service, "POST /users/create", 201, ANN | shown)
    words = ("users", "create", "ann@example.com", "--type", "staff", "--invite")
    assert printed(run(stack_dir, *words)).splitlines()[-2:] == [
        "Hand this to ann@example.com; it is not shown again, and works once, until 2026-11-29T10:00:00Z:",
        "the-token",
    ]
    assert service.sent("POST /users/create")["invite"] is True
    knows_ann(service)
    answers(service, "POST /users/u-7/invite", 202)
    assert printed(run(stack_dir, "users", "invite", "ann@example.com")) == "ann@example.com gets the link by e-mail\n"
    answers(service, "POST /users/u-7/invite", 200, shown)
    assert json.loads(printed(run(stack_dir, "users", "invite", "u-7", "--json"))) == {"ok": True} | shown


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("disable u-7", {"active": False}),
        ("enable u-7", {"active": True}),
        ("roles u-7 claims plans", {"roles": ["claims", "plans"]}),
        ("roles u-7 --none", {"roles": []}),
        ("roles u-7 --type doctor --none", {"roles": [], "user_type": "doctor"}),
        ("roles u-7 --type admin", {"user_type": "admin"}),
    ],
)
def test_what_a_user_may_do_is_changed(service: Service, stack_dir: Path, words: str, change: dict[str, Any]) -> None:
    answers(service, "PATCH /users/u-7", body=ANN | {"active": change.get("active", True)})
    said = printed(run(stack_dir, "users", *words.split()))
    assert service.sent("PATCH /users/u-7") == change
    assert ("disabled" in said) is (change.get("active") is False)


@pytest.mark.parametrize("words", ["roles u-7", "roles u-7 claims --none", "roles u-7 everything"])
def test_roles_are_named_or_taken_away(stack_dir: Path, words: str) -> None:
    assert run(stack_dir, "users", *words.split()).exit_code == 2


def test_the_secret_of_a_client_is_shown_once_alone_on_its_line(service: Service, stack_dir: Path) -> None:
    answers(service, "POST /clients", 201, CLIENT | {"client_secret": "s-1"}, times=2)
    create = ("clients", "create", "clearinghouse", "--role", "claims")
    assert printed(run(stack_dir, *create)).splitlines()[-1] == "s-1"
    assert service.sent("POST /clients") == {"name": "clearinghouse", "roles": ["claims"]}
    assert json.loads(printed(run(stack_dir, *create, "--json")))["client_secret"] == "s-1"
    answers(service, "POST /clients/c-7/rotate", 200, CLIENT | {"client_secret": "s-2"})
    assert printed(run(stack_dir, "clients", "rotate", "c-7")).splitlines()[-1] == "s-2"
    answers(service, "GET /clients", body={"items": [CLIENT], "nextCursor": None})
    assert ["c-7", "clearinghouse", "claims"] in [
        line.split() for line in printed(run(stack_dir, "clients", "list")).splitlines()
    ]
    answers(service, "DELETE /clients/c-7", 204)
    assert printed(run(stack_dir, "clients", "delete", "c-7")) == "Client c-7 is deleted\n"
    assert run(stack_dir, "clients", "create", "without-a-role").exit_code == 2


def test_ones_own_password_is_changed(service: Service) -> None:
    printed(log_in())
    answers(service, "POST /auth/password", 204)
    said = payerworks("password", typed=f"{ADMIN['password']}\n{PASSWORD}\n")
    assert printed(said) == "The password is changed\n"
    assert service.sent("POST /auth/password") == {"current_password": ADMIN["password"], "new_password": PASSWORD}


def test_a_new_password_that_is_typed_is_typed_twice(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    printed(log_in())
    answers(service, "POST /auth/password", 204)
    typed = iter([ADMIN["password"], PASSWORD, f"{PASSWORD}!", ADMIN["password"], PASSWORD, PASSWORD])
    monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
    code, screen = on_terminal(80, "password")
    assert (code, "The two passwords differ; nothing was changed." in screen) == (1, True)
    assert service.asked["POST /auth/password"] == 0
    code, screen = on_terminal(80, "password")
    assert code == 0, screen
    assert service.sent("POST /auth/password")["new_password"] == PASSWORD


def test_a_wrong_password_or_code_is_no_expired_login(service: Service) -> None:
    printed(log_in())
    before = profile()
    refusal = {"title": "Unauthorized", "detail": "The password is wrong."}
    for name, words in (
        ("POST /auth/password", ("password",)),
        ("POST /auth/mfa/confirm", ("mfa", "confirm", "1")),
        ("DELETE /auth/mfa", ("mfa", "remove", "1")),
    ):
        answers(service, name, 401, refusal)
        refused = payerworks(*words, typed=f"wrong\n{PASSWORD}\n")
        assert (refused.exit_code, refused.stderr) == (1, "Error: Unauthorized: The password is wrong.\n")
        assert service.asked[name] == 1
    assert profile() == before


def test_a_second_factor_is_enrolled_confirmed_and_removed(service: Service) -> None:
    printed(log_in())
    codes = [f"code-{number}" for number in range(10)]
    enrolment = {"secret": "ABC", "otpauth_url": "otpauth://totp/x?secret=ABC", "recovery_codes": codes}
    answers(service, "POST /auth/mfa", 200, enrolment, times=2)
    lines = printed(payerworks("mfa", "enrol")).splitlines()
    assert {"otpauth://totp/x?secret=ABC", "or type the secret: ABC", *codes} <= set(lines)
    assert json.loads(printed(payerworks("mfa", "enrol", "--json"))) == enrolment
    answers(service, "POST /auth/mfa/confirm", 204)
    printed(payerworks("mfa", "confirm", "123456"))
    assert service.sent("POST /auth/mfa/confirm") == {"otp": "123456"}
    answers(service, "DELETE /auth/mfa", 204)
    code, screen = on_terminal(80, "mfa", "remove", typed="654321\n")
    assert code == 0, screen
    assert service.sent("DELETE /auth/mfa") == {"otp": "654321"}
    assert "payerworks mfa confirm CODE gives it" in payerworks("mfa", "confirm").stderr


@pytest.mark.parametrize("words", ["password", "mfa enrol", "mfa confirm 1"])
def test_the_administrator_of_a_stack_on_this_machine_keeps_its_password(
    service: Service, stack_dir: Path, api: Api, words: str
) -> None:
    result = run(stack_dir, *words.split())
    assert result.exit_code == 2
    assert "the password in its outputs.json" in result.stderr
