"""The part of `payerworks run` that shows what accounts may do."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from payerworks_cli.api import Api
from payerworks_cli.command_line import app
from payerworks_cli.errors import ApiProblem
from payerworks_cli.run.accounts import ACCOUNTS, show_accounts
from payerworks_cli.run.sample import write_sample
from payerworks_cli.terminal import Terminal
from tests.unit.cli.service import API, Service

IDS = {account.email: f"u-{account.name}" for account in ACCOUNTS}
PLAN = "/v1/plan/sbc-plan-7"


class Accounts:
    """The answers of /users, in the place of handlers: the user of each e-mail, and whether it is active."""

    def __init__(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        self.service = service
        self.active: dict[str, bool] = {}
        self.passwords: dict[str, str] = {}
        self.invites = True
        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: self.handle(request))

    def handle(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if not str(request.url).startswith(API):
            return self.service.handle(request)
        path = request.url.path.rpartition("_user_request_")[2]
        body = json.loads(request.content) if request.content else {}
        if path == "/users/create":
            return self._create(body)
        if path == "/auth/login" and body["email"] in self.passwords:
            assert body["password"] == self.passwords[body["email"]]
            assert self.active[body["email"]]
        email = next((email for email, user_id in IDS.items() if user_id in path), "")
        if path.endswith("/invite"):
            return httpx.Response(200, json={"token": email} if self.invites else {})
        if path == "/auth/password/reset":
            self.passwords[body["token"]] = body["new_password"]
            return httpx.Response(204)
        if request.method == "PATCH" and email:
            self.active[email] = body["active"]
            return httpx.Response(200, json={})
        if path == "/users" and (asked := request.url.params.get("email")):
            return httpx.Response(200, json={"items": [self._user(asked)] if asked in self.active else []})
        return self._as_anyone(request)

    def _create(self, body: dict[str, Any]) -> httpx.Response:
        email = body["email"]
        assert len(body["password"]) > 16
        if email in self.active:
            return httpx.Response(409, json={"title": "Conflict", "detail": "The e-mail is taken."})
        self.active[email], self.passwords[email] = True, body["password"]
        return httpx.Response(201, json=self._user(email))

    def _user(self, email: str) -> dict[str, str]:
        return {"user_id": IDS[email], "email": email, "user_type": "patient"}

    def _as_anyone(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/login") and json.loads(request.content)["email"] in IDS:
            return httpx.Response(200, json={"access_token": "t", "refresh_token": "r", "expires_in": 60})
        if request.headers.get("authorization") != "Bearer t":
            return self.service.handle(request)
        if request.method == "POST":
            return httpx.Response(400)
        return httpx.Response(200 if request.method == "GET" and "/v1/plan/" in request.url.path else 403)


@pytest.fixture
def accounts(service: Service, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    return Accounts(service, monkeypatch)


def test_each_account_logs_in_and_is_disabled_again(
    accounts: Accounts, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    statuses = show_accounts(api, PLAN, Terminal())
    assert accounts.active == dict.fromkeys(IDS, False)
    assert len(set(accounts.passwords.values())) == 3
    calls = {
        "read a plan": 200,
        "change a plan": 403,
        "list claims": 403,
        "post a claim": 400,
        "list patients": 403,
        "list users": 403,
    }
    assert statuses == dict.fromkeys(("patient", "doctor", "examiner"), calls)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "call patient doctor examiner" in lines
    assert "read a plan ✓ 200 OK ✓ 200 OK ✓ 200 OK" in lines
    assert "list users – 403 Forbidden – 403 Forbidden – 403 Forbidden" in lines
    assert any("sample-patient@example.com is created" in line for line in lines)


def test_a_second_run_finds_the_accounts_and_makes_none(
    accounts: Accounts, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    first = show_accounts(api, PLAN, Terminal())
    passwords = dict(accounts.passwords)
    assert show_accounts(api, PLAN, Terminal()) == first
    assert capsys.readouterr().out.count("is there from an earlier run, and gets a new password") == 3
    assert not set(passwords.values()) & set(accounts.passwords.values())
    accounts.invites = False
    assert show_accounts(api, PLAN, Terminal()) == {}
    assert capsys.readouterr().out.count("would go by e-mail, so it is left alone") == 3
    assert accounts.active == dict.fromkeys(IDS, False)


def test_an_account_is_disabled_even_if_the_run_breaks_off(accounts: Accounts, api: Api) -> None:
    broken = httpx.Response(500, json={"title": "Internal error"})
    handle = accounts.handle

    def break_logins(request: httpx.Request) -> httpx.Response:
        return broken if request.url.path.endswith("/auth/login") else handle(request)

    accounts.handle = break_logins  # type: ignore[method-assign]
    with pytest.raises(ApiProblem, match="500"):
        show_accounts(api, PLAN, Terminal())
    assert accounts.active == {"sample-patient@example.com": False}


def test_only_the_run_of_a_sample_makes_accounts(accounts: Accounts, stack_dir: Path) -> None:
    write_sample(stack_dir / "sample", claims=3, patients=2)
    words = ["run", "--look-every", "0.01", "--stack-dir", str(stack_dir), "--json"]
    own = CliRunner().invoke(app, [*words, "--data", str(stack_dir / "sample")])
    assert (own.exit_code, accounts.active, json.loads(own.stdout)["accounts"]) == (0, {}, {})
    told = CliRunner().invoke(app, words)
    assert set(json.loads(told.stdout)["accounts"]) == {"patient", "doctor", "examiner"}
    assert accounts.active == dict.fromkeys(IDS, False)
