"""`payerworks whoami`, `sessions`, `password` and `mfa`: one's own account, and the sessions of others."""

import getpass
import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from auth.users.repository import User
from payerworks_cli.shown_values import second
from tests.unit.auth.conftest import PASSWORD, add_user, stored
from tests.unit.auth.machines import add_machine, token_of
from tests.unit.auth.second_factors import code_of
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.logins import change_profile, lives, log_in, payerworks, profile
from tests.unit.cli.pseudo_terminal import on_terminal
from tests.unit.cli.service import ADMIN, API, Service

pytestmark = pytest.mark.usefixtures("home", "service")

NEW_PASSWORD = "battery staple horse"
TOKEN_LIFE_SECONDS = 3700


@pytest.fixture
def ann(service: Service) -> User:
    """An examiner of claims."""
    return add_user("staff", ["claims"], tenant="main", email="ann@example.com", reference_id="e-7")


def log_in_as(user: User, name: str = "default") -> None:
    printed(log_in(name, email=user.email, password=PASSWORD))


def words(text: str) -> list[list[str]]:
    """The words of each line."""
    return [line.split() for line in text.splitlines()]


def test_whoami_tells_user_roles_deployment_and_until_when(ann: User) -> None:
    log_in_as(ann, "prod")
    [session] = json.loads(printed(payerworks("sessions", "list", "--profile", "prod", "--json")))["items"]
    assert words(printed(payerworks("whoami", "--profile", "prod"))) == [
        ["ann@example.com"],
        ["user", ann.user_id],
        ["type", "staff"],
        ["roles", "claims"],
        ["reference", "id", "e-7"],
        ["deployment", API],
        ["until", second(session["expires_at"])],
    ]
    told = json.loads(printed(payerworks("whoami", "--profile", "prod", "--json")))
    assert (told["user"]["email"], told["expires_at"]) == (ann.email, session["expires_at"])


def test_whoami_of_a_machine_has_no_e_mail_and_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = add_machine("claims", tenant="main")
    monkeypatch.setenv("PAYERWORKS_URL", API)
    monkeypatch.setenv("PAYERWORKS_TOKEN", token_of(machine))
    assert words(printed(payerworks("whoami"))) == [
        [machine.client_id],
        ["user", machine.client_id],
        ["type", "service"],
        ["roles", "claims"],
        ["reference", "id", "–"],
        ["deployment", API],
        ["until", "–"],
    ]


def test_a_token_that_was_carried_to_another_device_is_told() -> None:
    printed(log_in())
    assert "another than the one that logged in" not in printed(payerworks("whoami"))
    change_profile(client_id=str(uuid.uuid4()))
    assert "another than the one that logged in" in printed(payerworks("whoami"))


def test_ones_own_sessions_are_listed_and_ended() -> None:
    printed(log_in())
    printed(log_in("other"))
    sessions = json.loads(printed(payerworks("sessions", "list", "--json")))["items"]
    [other] = [session["id"] for session in sessions if not session["current"]]
    said = printed(payerworks("sessions", "list"))
    assert said.count("(this one)") == 1
    assert "2 sessions" in said
    assert printed(payerworks("sessions", "end", other)) == f"Session {other} is ended\n"
    assert "1 session\n" in printed(payerworks("sessions", "list"))
    assert "has expired or was ended" in payerworks("claims", "list", "--profile", "other").stderr
    again = payerworks("sessions", "end", other)
    assert (again.exit_code, again.stderr) == (1, "Error: Not found: There is no session with this id.\n")


def test_an_administrator_lists_and_ends_the_sessions_of_a_user(service: Service, ann: User, stack_dir: Path) -> None:
    assert "\n0 sessions\n" in printed(run(stack_dir, "sessions", "list", "--user", ann.email))
    for name in ("a", "b", "c"):
        log_in_as(ann, name)
    tokens = [profile(name)["token"] for name in ("a", "b", "c")]
    listed = json.loads(printed(run(stack_dir, "sessions", "list", "--user", ann.email, "--json")))["items"]
    assert {session["id"] for session in listed} == stored(ann).sessions.keys()
    assert not any(session["current"] for session in listed)
    printed(run(stack_dir, "sessions", "end", listed[0]["id"], "--user", ann.user_id))
    assert len(stored(ann).sessions) == sum(lives(token, service) for token in tokens) == 2
    said = printed(run(stack_dir, "sessions", "end", "--all", "--user", ann.email))
    assert said == "All sessions of ann@example.com are ended\n"
    assert not any(lives(token, service) for token in tokens)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Name one session, or --all of a user."),
        (("s-1", "--all", "--user", "u-7"), "Name one session, or --all of a user."),
        (("--all",), "logout --everywhere"),
        (("",), "An id must not be empty"),
        (("", "--user", "u-7"), "An id must not be empty"),
    ],
)
def test_no_session_is_ended_unless_it_is_named(service: Service, arguments: tuple[str, ...], sentence: str) -> None:
    printed(log_in())
    result = payerworks("sessions", "end", *arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not [name for name in service.asked if name.startswith("DELETE")]


def test_ones_own_password_is_changed(service: Service, ann: User) -> None:
    log_in_as(ann)
    log_in_as(ann, "other")
    assert printed(payerworks("password", typed=f"{PASSWORD}\n{NEW_PASSWORD}\n")) == "The password is changed\n"
    assert lives(profile()["token"], service)
    assert not lives(profile("other")["token"], service)
    refused = log_in("other", email=ann.email, password=PASSWORD)
    assert (refused.exit_code, refused.stderr) == (1, "Error: The e-mail or the password is wrong.\n")
    printed(log_in("other", email=ann.email, password=NEW_PASSWORD))


def test_a_new_password_that_is_typed_is_typed_twice(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in_as(ann)
    typed = iter([PASSWORD, NEW_PASSWORD, f"{NEW_PASSWORD}!", PASSWORD, NEW_PASSWORD, NEW_PASSWORD])
    monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
    code, screen = on_terminal(80, "password")
    assert (code, "The two passwords differ; nothing was changed." in screen) == (1, True)
    code, screen = on_terminal(80, "password")
    assert code == 0, screen
    printed(log_in(email=ann.email, password=NEW_PASSWORD))


def test_a_wrong_password_or_code_is_told_and_changes_nothing(service: Service, ann: User) -> None:
    log_in_as(ann)
    printed(payerworks("mfa", "enrol"))
    before, user = profile(), stored(ann)
    wrong = payerworks("password", typed=f"wrong\n{NEW_PASSWORD}\n")
    assert (wrong.exit_code, wrong.stderr.splitlines()) == (
        1,
        ["Error: Bad input: The passwords are not valid.", "  /current_password: is wrong"],
    )
    code = payerworks("mfa", "confirm", "000000")
    assert (code.exit_code, code.stderr.splitlines()) == (
        1,
        ["Error: Bad input: The code is not valid.", "  /otp: is wrong or was used before"],
    )
    assert (profile(), stored(ann)) == (before, user)
    assert lives(before["token"], service)


@pytest.mark.parametrize("arguments", ["password", "mfa confirm 000000", "mfa remove 000000"])
def test_a_token_that_has_expired_is_renewed_before_a_password_or_code_is_checked(
    service: Service, ann: User, clock: Callable[[float], None], arguments: str
) -> None:
    log_in_as(ann)
    printed(payerworks("mfa", "enrol"))
    clock(TOKEN_LIFE_SECONDS)
    refused = payerworks(*arguments.split(), typed=f"wrong\n{NEW_PASSWORD}\n")
    assert "access token" not in refused.stderr
    assert service.asked["POST /auth/refresh"] == 1


def test_who_tries_too_many_codes_is_told_at_once_when_to_go_on(
    ann: User, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", clock)
    log_in_as(ann)
    printed(payerworks("mfa", "enrol"))
    for _ in range(8):
        clock(8)
        assert "/otp: is wrong" in payerworks("mfa", "confirm", "000000").stderr
    refused = payerworks("mfa", "confirm", "000000")
    assert refused.exit_code == 1
    assert refused.stderr == "Error: Too many requests: Too many attempts; try again in 8 seconds.\n"


def test_a_second_factor_is_enrolled_confirmed_and_removed(ann: User, clock: Callable[[float], None]) -> None:
    log_in_as(ann)
    none = payerworks("mfa", "confirm", "123456").stderr
    assert none == "Error: Conflict: There is no second factor to confirm; `payerworks mfa enrol` begins one.\n"
    shown = printed(payerworks("mfa", "enrol")).splitlines()
    enrolment = json.loads(printed(payerworks("mfa", "enrol", "--json")))
    factor = stored(ann).factor
    assert factor is not None
    assert (factor.secret, factor.is_confirmed) == (enrolment["secret"], False)
    assert shown[1].startswith("otpauth://totp/")
    assert shown[2].removeprefix("or type the secret: ") in shown[1]
    assert len(shown[4:-1]) == len(enrolment["recovery_codes"]) == 10
    assert "payerworks mfa confirm CODE gives it" in payerworks("mfa", "confirm").stderr
    printed(payerworks("mfa", "confirm", code_of(enrolment["secret"])))
    factor = stored(ann).factor
    assert factor is not None
    assert factor.is_confirmed
    assert "remove it first" in payerworks("mfa", "enrol").stderr
    code, screen = on_terminal(80, "mfa", "remove", typed=f"{enrolment['recovery_codes'][0]}\n")
    assert code == 0, screen
    assert stored(ann).factor is None


@pytest.mark.parametrize("arguments", ["password", "mfa enrol", "mfa confirm 1"])
def test_the_administrator_of_a_stack_on_this_machine_keeps_its_password(stack_dir: Path, arguments: str) -> None:
    result = run(stack_dir, *arguments.split())
    assert result.exit_code == 2
    assert "the password in its outputs.json" in result.stderr
    printed(log_in(password=ADMIN["password"]))
