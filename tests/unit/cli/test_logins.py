"""Logins that last: they are renewed by the commands that use them, and end at the service."""

import errno
import fcntl
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from payerworks_cli.api import Api
from payerworks_cli.command_line import app
from payerworks_cli.errors import NotLoggedIn
from payerworks_cli.profiles import client_id, folder, profile_path
from payerworks_cli.target import Target, find_deployment
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.pseudo_terminal import on_terminal
from tests.unit.cli.service import ADMIN, API, Service

REFRESH = "POST /auth/refresh"
UNAUTHORIZED = httpx.Response(401, json={"title": "Unauthorized"})
Answering = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def _home(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's configuration with nothing in it."""
    for name in ("STACK", "PAYERWORKS_URL", "PAYERWORKS_PROFILE", "PAYERWORKS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


def payerworks(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=typed)


def log_in(name: str = "default", *options: str) -> Result:
    words = ("login", "--api-url", API, "--email", ADMIN["email"], "--profile", name, *options)
    return payerworks(*words, typed=f"{ADMIN['password']}\n")


def profile(name: str = "default") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(profile_path(name).read_text())
    return content


def expire(name: str = "default") -> None:
    profile_path(name).write_text(json.dumps(profile(name) | {"expires_at": "2020-01-01T00:00:00Z"}))


def api_of(name: str = "default") -> Api:
    """The API as a running command calls it, which read its profile a while ago."""
    api = Api(find_deployment(Target(profile=name)))
    api.log_in()
    return api


def lives(token: str, service: Service) -> bool:
    """Whether the service still takes an access token."""
    request = httpx.Request("GET", f"{API}/claims", headers={"Authorization": f"Bearer {token}"})
    try:
        return service.handle(request).status_code == 200
    except KeyError:  # a refused call has no authorizer's context, which is the gateway's to refuse
        return False


def test_an_expired_login_is_renewed_and_stored_for_the_next_command(service: Service) -> None:
    printed(log_in())
    before = profile()
    expire()
    assert "0 claims" in printed(payerworks("claims", "list"))
    after = profile()
    assert before["token"] != after["token"]
    assert before["refresh_token"] != after["refresh_token"]
    assert profile_path("default").stat().st_mode & 0o777 == 0o600
    printed(payerworks("claims", "list"))
    assert (service.asked[REFRESH], service.asked["POST /auth/login"]) == (1, 1)


def test_a_call_that_is_refused_is_repeated_with_a_new_token(service: Service) -> None:
    printed(log_in())
    service.scripted["GET /claims"] = [UNAUTHORIZED]
    assert "0 claims" in printed(payerworks("claims", "list"))
    assert (service.asked["GET /claims"], service.asked[REFRESH]) == (2, 1)


def test_a_command_takes_the_token_that_another_one_got_meanwhile(service: Service) -> None:
    printed(log_in())
    with api_of() as first, api_of() as second:
        for api in (first, second):
            service.scripted["GET /claims"] = [UNAUTHORIZED]
            assert api.ask("GET", "/claims").json()["items"] == []
    assert service.asked[REFRESH] == 1
    assert first.token == second.token == profile()["token"]


def test_two_refreshes_at_once_without_locks_log_nobody_out(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    printed(log_in())
    monkeypatch.setattr(fcntl, "flock", no_locks)
    with api_of() as first, api_of() as second:

        def meanwhile(request: httpx.Request) -> httpx.Response:
            monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: service.handle(request))
            second.ask("GET", "/claims")
            return service.handle(request)

        service.scripted["GET /claims"] = [UNAUTHORIZED] * 2
        _answer_refreshes(service, monkeypatch, meanwhile)
        assert first.ask("GET", "/claims").json()["items"] == []
    assert service.asked[REFRESH] == 2
    assert first.token == second.token == profile()["token"]
    assert lives(first.token, service)


def test_a_refusal_is_no_end_if_another_command_was_first(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    printed(log_in())
    with api_of() as api:

        def refused_late(request: httpx.Request) -> httpx.Response:
            pair = service.handle(request).json()
            tokens = {"token": pair["access_token"], "refresh_token": pair["refresh_token"]}
            profile_path("default").write_text(json.dumps(profile() | tokens))
            return UNAUTHORIZED

        _answer_refreshes(service, monkeypatch, refused_late)
        service.scripted["GET /claims"] = [UNAUTHORIZED]
        assert api.ask("GET", "/claims").status == 200


def _answer_refreshes(service: Service, monkeypatch: pytest.MonkeyPatch, answering: Answering) -> None:
    def handle(_: object, request: httpx.Request) -> httpx.Response:
        return answering(request) if request.url.path.endswith("/auth/refresh") else service.handle(request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)


def test_a_refresh_whose_answer_was_lost_is_repeated(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost_once(request: httpx.Request) -> httpx.Response:
        answer = service.handle(request)
        if service.asked[REFRESH] == 1:
            raise httpx.ReadTimeout("no answer", request=request)
        return answer

    printed(log_in())
    expire()
    _answer_refreshes(service, monkeypatch, lost_once)
    assert "0 claims" in printed(payerworks("claims", "list"))
    assert service.asked[REFRESH] == 2
    assert lives(profile()["token"], service)


def test_a_running_command_takes_no_token_of_another_account(service: Service) -> None:
    printed(log_in())
    with api_of() as api:
        profile_path("default").write_text(json.dumps(profile() | {"email": "other@example.com", "token": "t"}))
        service.scripted["GET /claims"] = [UNAUTHORIZED]
        with pytest.raises(NotLoggedIn, match=r"`payerworks login` logs in again"):
            api.ask("GET", "/claims")
    assert service.asked[REFRESH] == 0


def test_all_calls_of_a_login_carry_the_id_of_the_device(service: Service) -> None:
    printed(log_in())
    expire()
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
    expire()
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
    service: Service, monkeypatch: pytest.MonkeyPatch, everywhere: bool
) -> None:
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


def test_the_code_of_a_second_factor_is_asked_for_or_given(service: Service) -> None:
    detail = {"title": "Unauthorized", "detail": "The code is needed.", "mfa_required": True}
    needed = httpx.Response(401, json=detail)
    unasked = _scripted_log_in(service, [needed])
    assert (unasked.exit_code, unasked.stderr) == (
        2,
        "Error: The code of the second factor is needed: --otp CODE gives it.\n",
    )
    tokens = {"access_token": "t", "refresh_token": "r", "expires_in": 3600}
    printed(_scripted_log_in(service, [httpx.Response(200, json=tokens)], "--otp", "123456"))
    assert service.sent("POST /auth/login")["otp"] == "123456"
    wrong = _scripted_log_in(service, [needed], "--otp", "123456")
    assert (wrong.exit_code, wrong.stderr) == (1, "Error: The code is needed.\n")
    service.scripted["POST /auth/login"] = [needed, httpx.Response(200, json=tokens)]
    words = ("login", "--api-url", API, "--email", ADMIN["email"], "--password-stdin")
    code, screen = on_terminal(80, *words, typed=f"{ADMIN['password']}\n654321\n")
    assert code == 0, screen
    assert service.sent("POST /auth/login") == {
        "email": ADMIN["email"],
        "password": ADMIN["password"],
        "otp": "654321",
    }


def _scripted_log_in(service: Service, answers: list[httpx.Response], *options: str) -> Result:
    service.scripted["POST /auth/login"] = answers
    return log_in("default", *options)


def test_a_login_that_must_enrol_a_second_factor_says_so(service: Service) -> None:
    tokens = {"access_token": "t", "refresh_token": "r", "expires_in": 3600, "mfa_enrolment_required": True}
    service.scripted["POST /auth/login"] = [httpx.Response(200, json=tokens)] * 2
    assert "must have a second factor: `payerworks mfa enrol --profile prod` sets it up." in printed(log_in("prod"))
    assert json.loads(printed(log_in("prod", "--json")))["mfa_enrolment_required"] is True


@pytest.mark.parametrize(("seconds", "words"), [(6, "6 seconds"), (119, "119 seconds"), (900, "15 minutes")])
def test_a_login_after_many_others_says_when_to_try_again(service: Service, seconds: int, words: str) -> None:
    busy = httpx.Response(429, headers={"Retry-After": str(seconds)}, json={"title": "Too many requests"})
    refused = _scripted_log_in(service, [busy])
    assert (refused.exit_code, refused.stderr) == (
        1,
        f"Error: Too many attempts to log in: try again in {words}.\n",
    )
    assert service.asked["POST /auth/login"] == 1


def test_a_login_waits_for_a_few_seconds(service: Service) -> None:
    busy = httpx.Response(429, headers={"Retry-After": "5"}, json={"title": "Too many requests"})
    waited = _scripted_log_in(service, [busy])
    assert "Logged in at" in printed(waited)
    assert "asking again in 5 s" in waited.stderr
