"""`payerworks users create`: a new user."""

from typing import Annotated, Any

import typer

from payerworks_cli.errors import BadOption
from payerworks_cli.passwords import FromStdin, asked_new_password
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.users.invite import new_invitation, show_invitation
from payerworks_cli.users.show import show_user
from payerworks_cli.users.user import PATH, ROLES_HELP, TYPES_HELP, PersonType, Role


def create(
    email: Annotated[str, typer.Argument(metavar="ADDRESS", help="The e-mail that the user logs in with.")],
    user_type: Annotated[PersonType, typer.Option("--type", metavar="TYPE", help=TYPES_HELP)],
    roles: Annotated[
        list[Role] | None,
        typer.Option("--role", metavar="ROLE", help=f"For staff, as often as needed: {ROLES_HELP}"),
    ] = None,
    reference_id: Annotated[
        str | None, typer.Option("--reference", metavar="ID", help="The patient, doctor or institution that it is.")
    ] = None,
    invite: Annotated[bool, typer.Option("--invite", help="Let the user choose the password, by a link.")] = False,
    password_stdin: FromStdin = False,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Create a user. The password is asked for, or the user is invited to choose one. An administrator may.

    Example: payerworks users create ann@example.com --type staff --role claims --invite
    """
    with session(target, as_json=as_json) as (terminal, api):
        if invite and password_stdin:
            raise BadOption("An invited user chooses the password: leave --password-stdin out.")
        user: dict[str, Any] = {"email": email, "user_type": user_type, "roles": roles or []}
        user |= {"reference_id": reference_id} if reference_id else {}
        user |= {"invite": True} if invite else {"password": asked_new_password(from_stdin=password_stdin)}
        answer = api.ask("POST", PATH + "/create", expect=(201,), json=user)
        must_show = invite and not answer.json().get("invitation_mailed")
        invitation = new_invitation(api, f"{PATH}/{answer.member('user_id')}") if must_show else {}
        show_user(answer, terminal, invitation)
        if invite:
            show_invitation(email, invitation, terminal)
