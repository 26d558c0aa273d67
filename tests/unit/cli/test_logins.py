"""Logins that last: they are renewed by the commands that use them, and end at the service."""

import errno
import fcntl
import json
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from auth import log_in as log_in_operation
from payerworks_cli.errors import NotLoggedIn
from payerworks_cli.profiles import client_id, folder, profile_path
from tests.unit.auth.conftest import answered
from tests.unit.auth.second_factors import code_of
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.logins import api_of, change_profile, lives, log_in, payerworks, profile
from tests.unit.cli.pseudo_terminal import on_terminal
from tests.unit.cli.service import ADMIN, API, Service

pytestmark = pytest.mark.usefixtures("home", "service")

LOGIN, REFRESH = "POST /auth/login", "POST /auth/refresh"
TOKEN_LIFE_SECONDS = 3700
PAST = "2020-01-01T00:00:00Z"

Clock = Callable[[float], None]


def test_a_login_near_its_end_is_renewed_and_stored_for_the_next_command(service: Service) -> None:
    printed(log_in())
    before = profile()
    change_profile(expires_at=PAST)
    assert "0 claims" in printed(payerworks("claims", "list"))
    after = profile()
    assert before["token"] != after["token"]
    assert before["refresh_token"] != after["refresh_token"]
    assert profile_path("default").stat().st_mode & 0o777 == 0o600
    printed(payerworks("claims", "list"))
    assert (service.asked[REFRESH], service.asked[LOGIN]) == (1, 1)


def test_a_call_that_is_refused_is_repeated_with_a_new_token(service: Service, clock: Clock) -> None:
    printed(log_in())
    clock(TOKEN_LIFE_SECONDS)
    assert "0 claims" in printed(payerworks("claims", "list"))
    assert (service.asked["GET /claims"], service.asked[REFRESH]) == (2, 1)


def test_a_command_takes_the_token_that_another_one_got_meanwhile(service: Service, clock: Clock) -> None:
    printed(log_in())
    with api_of() as first, api_of() as second:
        clock(TOKEN_LIFE_SECONDS)
        for api in (first, second):
            assert api.ask("GET", "/claims").json()["items"] == []
    assert service.asked[REFRESH] == 1
    assert first.token == second.token == profile()["token"]


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A home on a file system without locks, so that other commands do not wait for one that refreshes."""

    def refuse(*_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


def before_refresh(service: Service, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once, just before a refresh reaches the service."""
    normal = httpx.HTTPTransport.handle_request

    def handle(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/refresh"):
            monkeypatch.setattr(httpx.HTTPTransport, "handle_request", normal)
            happens()
        return service.handle(request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)


@pytest.mark.usefixtures("no_locks")
def test_two_refreshes_at_once_without_locks_log_nobody_out(
    service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed(log_in())
    with api_of() as first, api_of() as second:
        clock(TOKEN_LIFE_SECONDS)
        before_refresh(service, monkeypatch, lambda: second.ask("GET", "/claims"))
        assert first.ask("GET", "/claims").json()["items"] == []
    assert service.asked[REFRESH] == 2
    assert first.token == second.token == profile()["token"]
    assert lives(first.token, service)


@pytest.mark.usefixtures("no_locks")
def test_a_refusal_is_no_end_if_its_user_has_logged_in_again(
    service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def log_in_again() -> None:
        printed(payerworks("logout"))
        printed(log_in())

    printed(log_in())
    with api_of() as api:
        clock(TOKEN_LIFE_SECONDS)
        before_refresh(service, monkeypatch, log_in_again)
        assert api.ask("GET", "/claims").status == 200
        assert api.token == profile()["token"]


def test_a_refresh_whose_answer_was_lost_is_repeated(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    # The handler does its work; that its answer is lost is up to the network.
    def lost_once(_: object, request: httpx.Request) -> httpx.Response:
        answer = service.handle(request)
        if request.url.path.endswith("/auth/refresh") and service.asked[REFRESH] == 1:
            raise httpx.ReadTimeout("no answer", request=request)
        return answer

    printed(log_in())
    change_profile(expires_at=PAST)
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lost_once)
    assert "0 claims" in printed(payerworks("claims", "list"))
    assert service.asked[REFRESH] == 2
    assert lives(profile()["token"], service)


def test_a_running_command_takes_no_token_of_another_account(service: Service, clock: Clock) -> None:
    printed(log_in())
    with api_of() as api:
        change_profile(email="other@example.com", token="t")
        clock(TOKEN_LIFE_SECONDS)
        with pytest.raises(NotLoggedIn, match=r"`payerworks login` logs in again"):
            api.ask("GET", "/claims")
    assert service.asked[REFRESH] == 0


def test_all_calls_of_a_login_carry_the_id_of_the_device(service: Service) -> None:
    printed(log_in())
    change_profile(expires_at=PAST)
    printed(payerworks("claims", "list"))
    ids = {request.headers["X-Client-Id"] for request in service.requests}
    assert ids == {profile()["client_id"]} == {client_id(API).get_secret_value()}
    assert client_id("https://api.example.com") != client_id(API)
    device = folder().parent / "device"
    assert device.stat().st_mode & 0o777 == 0o600
    assert device.read_text().strip() not in ids
    printed(payerworks("logout"))
    printed(log_in())
    assert {profile()["client_id"]} == ids
    device.write_text("x")
    assert f"{device} is not the id of a device any more" in log_in().stderr


def test_logout_ends_the_session_at_the_service(service: Service) -> None:
    printed(log_in())
    printed(log_in("prod"))
    token, other = profile()["token"], profile("prod")["token"]
    change_profile(expires_at=PAST)
    assert printed(payerworks("logout")) == "Logged out: profile default is deleted\n"
    assert not profile_path("default").exists()
    assert not lives(token, service)
    assert lives(other, service)


def test_logout_everywhere_ends_the_logins_of_other_devices_too(service: Service) -> None:
    for name in ("default", "prod"):
        printed(log_in(name))
    tokens = [profile(name)["token"] for name in ("default", "prod")]
    assert "Logged out everywhere: profile prod" in printed(payerworks("logout", "--profile", "prod", "--everywhere"))
    assert not any(lives(token, service) for token in tokens)
    ended = payerworks("logout", "--everywhere")
    assert "has expired or was ended" in ended.stderr
    assert profile_path("default").exists()
    assert printed(payerworks("logout")) == "Logged out: profile default is deleted\n"


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_service_that_does_not_answer_keeps_nobody_from_logging_out_here(
    monkeypatch: pytest.MonkeyPatch, everywhere: bool
) -> None:
    # Nothing listens there any more, which no handler can show.
    def silent(_: object, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    printed(log_in())
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", silent)
    result = payerworks("logout", *["--everywhere"] * everywhere)
    assert f"Nothing answers at {API}" in result.stderr
    assert result.exit_code == int(everywhere)
    assert ("may go on there until it expires" in result.stderr) is not everywhere
    assert profile_path("default").exists() is everywhere
    if not everywhere:
        assert json.loads(payerworks("logout", "--json").stdout) == {"ok": True, "profiles": []}


def test_a_stack_on_this_machine_has_no_login_to_end(stack_dir: Path) -> None:
    printed(log_in())
    assert (run(stack_dir, "logout").exit_code, profile_path("default").exists()) == (2, True)


def test_the_code_of_a_second_factor_is_asked_for_or_given(clock: Clock) -> None:
    printed(log_in())
    secret = json.loads(printed(payerworks("mfa", "enrol", "--json")))["secret"]
    printed(payerworks("mfa", "confirm", code_of(secret)))
    unasked = log_in()
    assert (unasked.exit_code, unasked.stderr) == (
        2,
        "Error: The code of the second factor is needed: --otp CODE gives it.\n",
    )
    used = log_in("default", "--otp", code_of(secret))
    assert (used.exit_code, used.stderr) == (1, "Error: The code is wrong or was used before.\n")
    clock(30)
    assert "Logged in at" in printed(log_in("default", "--otp", code_of(secret)))
    clock(30)
    words = ("login", "--api-url", API, "--email", ADMIN["email"], "--profile", "asked", "--password-stdin")
    code, screen = on_terminal(80, *words, typed=f"{ADMIN['password']}\n{code_of(secret)}\n")
    assert code == 0, screen
    assert "Code of the second factor" in screen
    assert "0 claims" in printed(payerworks("claims", "list", "--profile", "asked"))


def test_a_login_that_must_enrol_a_second_factor_says_so(environment: Callable[..., None], clock: Clock) -> None:
    environment(MFA_REQUIRED="staff,admin")
    assert json.loads(printed(log_in("prod", "--json")))["mfa_enrolment_required"] is True
    said = printed(log_in("prod"))
    assert "must have a second factor: `payerworks mfa enrol --profile prod` sets it up." in said
    assert "Forbidden" in payerworks("claims", "list", "--profile", "prod").stderr
    secret = json.loads(printed(payerworks("mfa", "enrol", "--profile", "prod", "--json")))["secret"]
    printed(payerworks("mfa", "confirm", code_of(secret), "--profile", "prod"))
    assert "0 claims" in printed(payerworks("claims", "list", "--profile", "prod"))
    clock(30)
    assert "second factor" not in printed(log_in("prod", "--otp", code_of(secret)))


def guess_passwords(times: int, clock: Clock) -> None:
    """Let somebody on another device guess the administrator's password, as soon as each guess is let through."""
    guess = {"email": ADMIN["email"], "password": "wrong password"}
    for _ in range(times):
        clock(900)
        assert answered(log_in_operation.handler, "log_in", body=guess)["statusCode"] == 401


@pytest.mark.parametrize(("guesses", "wait"), [(8, "8 seconds"), (11, "64 seconds"), (15, "15 minutes")])
def test_a_login_after_many_others_says_when_to_try_again(
    service: Service, clock: Clock, guesses: int, wait: str
) -> None:
    guess_passwords(guesses, clock)
    refused = log_in()
    assert (refused.exit_code, refused.stderr) == (1, f"Error: Too many attempts to log in: try again in {wait}.\n")
    assert service.asked[LOGIN] == 1


def test_a_login_waits_for_a_few_seconds(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", clock)
    guess_passwords(7, clock)
    waited = log_in()
    assert "Logged in at" in printed(waited)
    assert "asking again in 4 s" in waited.stderr
