"""`payerworks patients create`: a new patient with a login."""

from payerworks_cli.passwords import FromStdin
from payerworks_cli.patients.patient import PATIENT, PatientMembers
from payerworks_cli.people.members import Members, with_members
from payerworks_cli.people.new_person import Invite, create_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target

NEEDED = ("first_name", "last_name", "date_of_birth", "contact_email")


@with_members(PatientMembers, NEEDED)
def create(
    members: Members,
    invite: Invite = False,
    password_stdin: FromStdin = False,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Make a patient, who logs in with the e-mail. The password is asked for, or chosen by a link.

    Example: payerworks patients create --first-name Pat --last-name Moor --date-of-birth 1990-02-14
        --contact-email pat@example.com --doctor 0f1e2d3c --invite
    """
    create_person(PATIENT, members, target, invite=invite, from_stdin=password_stdin, as_json=as_json)
