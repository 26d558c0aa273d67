"""`payerworks institutions create`: a new institution with a login."""

from payerworks_cli.institutions.institution import INSTITUTION, InstitutionMembers
from payerworks_cli.passwords import FromStdin
from payerworks_cli.people.members import Members, with_members
from payerworks_cli.people.new_person import Invite, create_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target

NEEDED = ("name", "institution_type", "license_number", "contact_email")


@with_members(InstitutionMembers, NEEDED)
def create(
    members: Members,
    invite: Invite = False,
    password_stdin: FromStdin = False,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Make an institution, which logs in with its e-mail. The password is asked for, or chosen by a link.

    Example: payerworks institutions create --name "St. Mary Hospital" --type hospital --license-number H-7
        --contact-email office@example.com --invite
    """
    create_person(INSTITUTION, members, target, invite=invite, from_stdin=password_stdin, as_json=as_json)
