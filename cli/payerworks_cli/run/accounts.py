"""Show what a patient, a doctor and an examiner of claims may do, each with an account and a login of its own."""

import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from payerworks_cli.api import Api
from payerworks_cli.deployment import Deployment
from payerworks_cli.terminal import Say, Terminal
from payerworks_cli.users.invite import new_invitation
from payerworks_cli.users.user import PATH, find_user, user_path

ANY_STATUS = tuple(range(200, 600))
REFUSED = (401, 403, 404)
Statuses = dict[str, int]


@dataclass(frozen=True)
class SampleAccount:
    """An account that is only active while the sample runs."""

    name: str
    user_type: str
    roles: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"sample-{self.name}@example.com"


ACCOUNTS = (
    SampleAccount("patient", "patient"),
    SampleAccount("doctor", "doctor"),
    SampleAccount("examiner", "staff", ("claims",)),
)


def show_accounts(api: Api, plan_path: str, terminal: Terminal) -> dict[str, Statuses]:
    """Make three accounts, call the API as each, and disable them; the status of each call by account.

    Accounts of an earlier run are used again. Only for a sample: the accounts stay, disabled. Needs an administrator.
    """
    statuses: dict[str, Statuses] = {}
    with terminal.part("accounts") as say:
        for account in ACCOUNTS:
            if found := _statuses_of(api, account, plan_path, say):
                statuses[account.name] = found
        say("all are disabled again; the claim that they post is empty, so whoever may post one gets 400")
    names = tuple(statuses)
    rows = [(call, *(mark(statuses[name][call]) for name in names)) for call, *_ in _calls(plan_path)]
    terminal.table(("call", *names), rows if names else [], texts=names)
    return statuses


def _statuses_of(api: Api, account: SampleAccount, plan_path: str, say: Say) -> Statuses | None:
    """The statuses of an account's calls; None if it cannot log in."""
    password = secrets.token_urlsafe(24)
    user = {"email": account.email, "password": password, "user_type": account.user_type, "roles": account.roles}
    user |= {"reference_id": f"sample-{account.name}"}
    created = api.ask("POST", f"{PATH}/create", expect=(201, 409), json=user)
    if created.status == 409 and find_user(api, account.email) is None:
        say(f"{account.email} is taken by another tenant, and left alone")
        return None
    path = user_path(api, account.email if created.status == 409 else str(created.member("user_id")))
    try:
        known = f"{account.email} is there from an earlier run"
        if created.status == 409 and not come_back(api, path, password):
            say(f"{known}; its new password would go by e-mail, so it is left alone")
            return None
        say(f"{account.email} is created" if created.status == 201 else f"{known}, and gets a new password")
        return _call_all(api.deployment.api_url, account.email, password, plan_path)
    finally:
        api.ask("PATCH", path, json={"active": False})


def come_back(api: Api, path: str, password: str) -> bool:
    """Give an account of an earlier run a new password, by an invitation; whether the service let it be used here."""
    api.ask("PATCH", path, json={"active": True})
    token = new_invitation(api, path).get("token")
    if token:
        api.ask("POST", "/auth/password/reset", expect=(204,), json={"token": token, "new_password": password})
    return bool(token)


def _call_all(api_url: str, email: str, password: str, plan_path: str) -> Statuses:
    with Api(Deployment(api_url)) as api:
        tokens = api.new_tokens(email, password)
    with Api(Deployment(api_url, email, token=tokens.access_token)) as api:
        api.log_in()
        return {
            call: api.ask(method, path, expect=ANY_STATUS, json=body).status
            for call, method, path, body in _calls(plan_path)
        }


def _calls(plan_path: str) -> tuple[tuple[str, str, str, Any], ...]:
    """Calls that change nothing, whoever makes them: a change without members, and a claim that is not valid."""
    return (
        ("read a plan", "GET", plan_path, None),
        ("change a plan", "PATCH", plan_path, {}),
        ("list claims", "GET", "/claims", None),
        ("post a claim", "POST", "/claims", {}),
        ("list patients", "GET", "/patients", None),
        ("list users", "GET", PATH, None),
    )


def mark(status: int) -> str:
    """A status as a table shows it: whether the caller may, and how it was answered."""
    return f"{'–' if status in REFUSED else '✓'} {status} {HTTPStatus(status).phrase}"
