"""`payerworks users` and `clients`: what an administrator lets people and machines do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auth.users.repository import User, find_user
from payerworks_cli.api import Api
from payerworks_cli.shown_values import second
from tests.unit.auth.conftest import PASSWORD, add_user, context_of, logged_in, mails, stored
from tests.unit.auth.machines import Machine, token_answer, token_of
from tests.unit.auth.second_factors import confirmed
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.logins import log_in, payerworks
from tests.unit.cli.pseudo_terminal import on_terminal
from tests.unit.cli.service import ADMIN

pytestmark = pytest.mark.usefixtures("home", "service")

CREATE = ("users", "create", "ann@example.com", "--type", "staff")


@pytest.fixture
def ann(stack_dir: Path) -> User:
    """An examiner of claims."""
    return add_user("staff", ["claims"], tenant="main", email="ann@example.com")


def words(text: str) -> list[list[str]]:
    """The words of each line."""
    return [line.split() for line in text.splitlines()]


def test_users_are_listed_by_filters(ann: User, stack_dir: Path) -> None:
    ben = add_user("staff", ["plans"], tenant="main", email="ben@example.com", active=False, reference_id="d-1")
    add_user("doctor", tenant="main", email="cho@example.com")
    add_user("staff", ["claims"], tenant="other", email="eve@example.com")

    def listed(*options: str) -> list[str]:
        told = json.loads(printed(run(stack_dir, "users", "list", *options, "--json")))
        assert told["more"] is False
        return [user["email"].partition("@")[0] for user in told["items"]]

    assert listed() == ["cho", "ann", "ben", "admin"]
    assert listed("--type", "staff") == ["ann", "ben"]
    assert listed("--role", "claims") == ["ann"]
    assert listed("--type", "doctor", "--role", "claims") == []
    assert listed("--email", "Ben@example.com") == ["ben"]
    said = printed(run(stack_dir, "users", "list", "--type", "staff"))
    assert [ben.user_id, "ben@example.com", "staff", "disabled", "d-1", "plans"] in words(said)
    assert "1 user; `--limit 10` shows more" in printed(run(stack_dir, "users", "list", "--limit", "1"))


def test_a_lost_second_factor_is_reset(ann: User, stack_dir: Path) -> None:
    token = logged_in(ann)["access_token"]
    confirmed(token)
    assert "no second factor" in printed(run(stack_dir, "users", "reset-mfa", "ann@example.com"))
    assert (stored(ann).factor, context_of(token)) == (None, None)
    assert json.loads(printed(run(stack_dir, "users", "reset-mfa", ann.user_id, "--json"))) == {"ok": True}


def test_a_user_is_named_by_id_or_e_mail(ann: User, stack_dir: Path) -> None:
    lines = printed(run(stack_dir, "users", "show", ann.user_id))
    assert words(lines) == [
        ["User", ann.user_id],
        ["e-mail", "ann@example.com"],
        ["type", "staff"],
        ["state", "active"],
        ["roles", "claims"],
        ["reference", "id", "–"],
        ["invited", "no"],
        ["created", "at", second(stored(ann).created_at)],
    ]
    assert printed(run(stack_dir, "users", "show", "ann@example.com")) == lines
    assert json.loads(printed(run(stack_dir, "users", "show", ann.user_id, "--json")))["invited"] is False
    nobody = run(stack_dir, "users", "show", "eve@example.com")
    assert nobody.exit_code == 1
    assert "No user has the e-mail eve@example.com: `payerworks users list --stack-dir" in nobody.stderr
    assert run(stack_dir, "users", "show", "u-0").stderr == "Error: Not found: No user has this id.\n"


def test_a_user_is_created_with_a_password_that_is_no_option() -> None:
    printed(log_in())
    given = ("--role", "claims", "--role", "plans", "--reference", "r-1")
    said = printed(payerworks(*CREATE, *given, typed=f"{PASSWORD}\n"))
    user = find_user("ann@example.com")
    assert user is not None
    assert (user.tenant, user.user_type, user.roles, user.reference_id) == ("main", "staff", ("claims", "plans"), "r-1")
    assert words(said)[0] == ["User", user.user_id]
    assert PASSWORD not in said
    taken = payerworks(*CREATE, typed=f"{PASSWORD}\n")
    assert (taken.exit_code, taken.stderr) == (1, "Error: Conflict: A user with this e-mail exists.\n")
    printed(log_in("ann", email=user.email, password=PASSWORD))
    assert "0 claims" in printed(payerworks("claims", "list", "--profile", "ann"))


def test_a_password_is_read_from_standard_input_on_a_terminal_too() -> None:
    printed(log_in())
    code, screen = on_terminal(80, *CREATE, "--password-stdin", typed=f"{PASSWORD}\n")
    assert code == 0, screen
    printed(log_in("ann", email="ann@example.com", password=PASSWORD))


@pytest.mark.parametrize(
    ("options", "typed", "code", "sentence"),
    [
        (("--password", "x"), "", 2, "No such option: --password"),
        ((), "", 1, "No password was given"),
        ((), "12345678\n", 1, "  /password: "),
        (("--invite", "--password-stdin"), "", 2, "leave --password-stdin out"),
        (("--role", "everything"), f"{PASSWORD}\n", 2, "everything"),
        (("--type", "patient", "--role", "claims"), f"{PASSWORD}\n", 1, "  /roles: "),
        (("--type", "service"), f"{PASSWORD}\n", 2, "service"),
    ],
)
def test_a_user_that_cannot_be_created_is_refused(
    options: tuple[str, ...], typed: str, code: int, sentence: str
) -> None:
    printed(log_in())
    refused = payerworks(*CREATE, *options, typed=typed)
    assert (refused.exit_code, sentence in refused.stderr) == (code, True), refused.stderr
    assert find_user("ann@example.com") is None


def test_where_no_mail_is_sent_an_invitation_is_shown_once(api: Api, stack_dir: Path) -> None:
    *_, sentence, token = printed(run(stack_dir, *CREATE, "--role", "claims", "--invite")).splitlines()
    assert sentence.startswith("Hand this to ann@example.com; it is not shown again, and works once, until 20")
    assert ["invited", "yes"] in words(printed(run(stack_dir, "users", "show", "ann@example.com")))
    api.ask("POST", "/auth/password/reset", expect=(204,), json={"token": token, "new_password": PASSWORD})
    printed(log_in("ann", email="ann@example.com", password=PASSWORD))
    again = json.loads(printed(run(stack_dir, "users", "invite", "ann@example.com", "--json")))
    assert again.keys() == {"ok", "token", "expires_at"}
    create = ("users", "create", "ben@example.com", "--type", "doctor", "--invite")
    ben = json.loads(printed(run(stack_dir, *create, "--json")))
    user = find_user("ben@example.com")
    assert user is not None
    assert (ben["user_id"], len(ben["token"])) == (user.user_id, len(token))
    assert mails() == []


def test_where_mails_are_sent_an_invitation_is_mailed(environment: Callable[..., None], stack_dir: Path) -> None:
    environment(MAIL_SENDER="accounts@example.com", PASSWORD_PAGE_URL="https://example.com/password")
    said = printed(run(stack_dir, *CREATE, "--invite"))
    assert said.splitlines()[-1] == "ann@example.com gets the link by e-mail"
    assert [mail["kind"] for mail in mails()] == ["invitation"]
    assert printed(run(stack_dir, "users", "invite", "ann@example.com")) == "ann@example.com gets the link by e-mail\n"
    assert [mail["kind"] for mail in mails()] == ["invitation"]


@pytest.mark.parametrize(
    ("arguments", "change"),
    [
        ("disable USER", {"active": False}),
        ("roles USER claims plans", {"roles": ("claims", "plans")}),
        ("roles USER --none", {"roles": ()}),
        ("roles USER --type doctor --none", {"roles": (), "user_type": "doctor"}),
        ("roles USER --type admin", {"roles": (), "user_type": "admin"}),
    ],
)
def test_what_a_user_may_do_is_changed(ann: User, stack_dir: Path, arguments: str, change: dict[str, Any]) -> None:
    said = printed(run(stack_dir, "users", *arguments.replace("USER", ann.user_id).split()))
    after = stored(ann)
    expected = {"active": True, "roles": ("claims",), "user_type": "staff"} | change
    assert {name: getattr(after, name) for name in expected} == expected
    state = "active" if after.active else "disabled"
    assert {"e-mail": ann.email, "type": after.user_type, "state": state}.items() <= {
        (line[0], line[-1]) for line in words(said)
    }


def test_a_disabled_user_logs_in_again_when_it_is_enabled(ann: User, stack_dir: Path) -> None:
    printed(run(stack_dir, "users", "disable", "ann@example.com"))
    refused = log_in(email=ann.email, password=PASSWORD)
    assert (refused.exit_code, refused.stderr) == (1, "Error: Forbidden: This account is not active.\n")
    printed(run(stack_dir, "users", "enable", "ann@example.com"))
    printed(log_in(email=ann.email, password=PASSWORD))


def test_an_administrator_does_not_lock_itself_out(stack_dir: Path) -> None:
    refused = run(stack_dir, "users", "disable", ADMIN["email"])
    assert (refused.exit_code, "Administrators cannot disable themselves" in refused.stderr) == (1, True)
    printed(run(stack_dir, "users", "list"))


@pytest.mark.parametrize("arguments", ["roles u-7", "roles u-7 claims --none", "roles u-7 everything"])
def test_roles_are_named_or_taken_away(stack_dir: Path, arguments: str) -> None:
    assert run(stack_dir, "users", *arguments.split()).exit_code == 2


def test_the_secret_of_a_client_is_shown_once_alone_on_its_line(stack_dir: Path) -> None:
    create = ("clients", "create", "clearinghouse", "--role", "claims")
    *_, secret = lines = printed(run(stack_dir, *create)).splitlines()
    first = Machine(lines[0].split()[-1], secret)
    context = context_of(token_of(first))
    assert context is not None
    assert (context["tenant"], context["user_type"], context["roles"]) == ("main", "service", "claims")
    second_client = json.loads(printed(run(stack_dir, *create, "--json")))
    assert token_of(Machine(second_client["client_id"], second_client["client_secret"]))
    assert run(stack_dir, "clients", "create", "without-a-role").exit_code == 2
    listed = printed(run(stack_dir, "clients", "list"))
    assert [first.client_id, "clearinghouse", "claims"] in words(listed)
    assert listed.endswith("2 clients\n")
    assert secret not in listed


def test_a_client_gets_a_new_secret_and_is_deleted(stack_dir: Path) -> None:
    made = json.loads(printed(run(stack_dir, "clients", "create", "x", "--role", "claims", "--json")))
    client_id, secret = made["client_id"], made["client_secret"]
    rotated = printed(run(stack_dir, "clients", "rotate", client_id)).splitlines()[-1]
    assert token_answer(Machine(client_id, secret))["statusCode"] == 401
    token = token_of(Machine(client_id, rotated))
    assert printed(run(stack_dir, "clients", "delete", client_id)) == f"Client {client_id} is deleted\n"
    assert context_of(token) is None
    assert "\n0 clients\n" in printed(run(stack_dir, "clients", "list"))
    gone = run(stack_dir, "clients", "rotate", client_id)
    assert (gone.exit_code, gone.stderr) == (1, "Error: Not found: There is no client with this id.\n")
