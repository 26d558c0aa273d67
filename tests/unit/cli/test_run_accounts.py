"""The part of `payerworks run` that shows what accounts may do."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from auth.users.repository import find_user
from payerworks_cli.api import Api
from payerworks_cli.command_line import app
from payerworks_cli.errors import ApiProblem
from payerworks_cli.run.accounts import ACCOUNTS, show_accounts
from payerworks_cli.run.sample import write_sample
from payerworks_cli.run.sample_plan import sample_plan
from payerworks_cli.terminal import Terminal
from tests.unit.auth.conftest import add_user, mails
from tests.unit.cli.service import Service

PLAN = "/v1/plan/sbc-plan-7"
EMAILS = [account.email for account in ACCOUNTS]
NOBODY = {
    "read a plan": 403,
    "change a plan": 403,
    "list claims": 403,
    "post a claim": 403,
    "list patients": 403,
    "list users": 403,
}
STATUSES = {
    "patient": NOBODY | {"read a plan": 200},
    "doctor": NOBODY | {"read a plan": 200},
    "examiner": NOBODY | {"list claims": 200, "post a claim": 400},
}


@pytest.fixture
def plan(api: Api) -> None:
    """The plan that the accounts read."""
    api.ask("POST", "/v1/plan", expect=(201,), json=sample_plan(7))


def password_hashes() -> dict[str, str]:
    """The hash of each account that is there; none of them can log in."""
    users = {email: find_user(email) for email in EMAILS}
    assert not any(user.active or user.sessions for user in users.values() if user)
    return {email: user.password_hash for email, user in users.items() if user}


@pytest.mark.usefixtures("plan")
def test_each_account_logs_in_and_is_disabled_again(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_accounts(api, PLAN, Terminal()) == STATUSES
    assert list(password_hashes()) == EMAILS
    examiner = find_user("sample-examiner@example.com")
    assert examiner is not None
    assert (examiner.user_type, examiner.roles, examiner.reference_id) == ("staff", ("claims",), "sample-examiner")
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "call patient doctor examiner" in lines
    assert "read a plan ✓ 200 OK ✓ 200 OK – 403 Forbidden" in lines
    assert "post a claim – 403 Forbidden – 403 Forbidden ✓ 400 Bad Request" in lines
    assert "list users – 403 Forbidden – 403 Forbidden – 403 Forbidden" in lines
    assert any("sample-patient@example.com is created" in line for line in lines)
    assert api.ask("GET", "/claims").json()["items"] == []


@pytest.mark.usefixtures("plan")
def test_a_second_run_finds_the_accounts_and_makes_none(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    show_accounts(api, PLAN, Terminal())
    first = password_hashes()
    assert show_accounts(api, PLAN, Terminal()) == STATUSES
    assert capsys.readouterr().out.count("is there from an earlier run, and gets a new password") == 3
    second = password_hashes()
    assert second.keys() == first.keys()
    assert not set(first.values()) & set(second.values())


def test_an_account_whose_new_password_would_be_mailed_is_left_alone(
    api: Api, capsys: pytest.CaptureFixture[str], environment: Callable[..., None]
) -> None:
    for account in ACCOUNTS:
        add_user("patient", tenant="main", email=account.email, active=False)
    before = password_hashes()
    environment(MAIL_SENDER="accounts@example.com")
    assert show_accounts(api, PLAN, Terminal()) == {}
    assert capsys.readouterr().out.count("would go by e-mail, so it is left alone") == 3
    assert password_hashes() == before
    assert {mail["kind"] for mail in mails()} == {"invitation"}


def test_an_account_of_another_tenant_is_left_alone(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    for email in EMAILS:
        add_user("patient", tenant="other", email=email, active=False)
    before = password_hashes()
    assert show_accounts(api, PLAN, Terminal()) == {}
    assert capsys.readouterr().out.count("is taken by another tenant, and left alone") == 3
    assert password_hashes() == before


def test_an_account_is_disabled_even_if_the_run_breaks_off(service: Service, api: Api) -> None:
    # No handler fails like that on purpose.
    service.scripted["POST /auth/login"] = [httpx.Response(500, json={"title": "Internal error"})]
    with pytest.raises(ApiProblem, match="500"):
        show_accounts(api, PLAN, Terminal())
    assert list(password_hashes()) == ["sample-patient@example.com"]


def test_only_the_run_of_a_sample_makes_accounts(stack_dir: Path) -> None:
    write_sample(stack_dir / "sample", claims=3, patients=2)
    words = ["run", "--look-every", "0.01", "--stack-dir", str(stack_dir), "--json"]
    own = CliRunner().invoke(app, [*words, "--data", str(stack_dir / "sample")])
    assert (own.exit_code, password_hashes(), json.loads(own.stdout)["accounts"]) == (0, {}, {})
    told = CliRunner().invoke(app, words)
    assert json.loads(told.stdout)["accounts"] == STATUSES
    assert list(password_hashes()) == EMAILS
