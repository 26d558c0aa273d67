"""Make a person with a login."""

import shlex
from typing import Annotated, Any

import typer

from payerworks_cli.api import Api
from payerworks_cli.errors import BadOption
from payerworks_cli.headers import key_header
from payerworks_cli.passwords import asked_new_password
from payerworks_cli.people.kind import Kind
from payerworks_cli.people.members import Members, naming_options
from payerworks_cli.people.parts import in_parts
from payerworks_cli.people.person import show_person
from payerworks_cli.session import session
from payerworks_cli.target import Target
from payerworks_cli.users.invite import new_invitation, show_invitation
from payerworks_cli.users.user import user_path

Invite = Annotated[bool, typer.Option("--invite", help="Let the user choose the password, by a link.")]


def create_person(
    kind: Kind, members: Members, target: Target, *, invite: bool, from_stdin: bool, as_json: bool
) -> None:
    """Make a person who logs in with `contact_email`, and with a password or, if invited, one chosen by a link."""
    with session(target, as_json=as_json) as (terminal, api):
        if invite and from_stdin:
            raise BadOption("An invited user chooses the password: leave --password-stdin out.")
        login = {"invite": True} if invite else {"password": asked_new_password(from_stdin=from_stdin)}
        with naming_options(kind.members):
            body = in_parts(kind, members) | login
            answer = api.ask("POST", kind.path, expect=(201,), json=body, headers=key_header())
        person = answer.json()
        must_show = invite and not person.get("invitation_mailed")
        invitation = _invitation(api, person["user_id"]) if must_show else {}
        terminal.json(person | (invitation or {}))
        show_person(kind, answer, terminal)
        email = members["contact_email"]
        if invitation is None:
            command = terminal.command(f"users invite {shlex.quote(email)}")
            terminal.line(f"An administrator makes the link for {email}: `{command}`")
        elif invite:
            show_invitation(email, invitation, terminal)


def _invitation(api: Api, user_id: str) -> dict[str, Any] | None:
    """An invitation to hand over; None for staff, who may make people but not invite them."""
    own = api.ask("GET", "/auth/session/validate").member("user")
    return new_invitation(api, user_path(api, user_id)) if own["user_type"] == "admin" else None
