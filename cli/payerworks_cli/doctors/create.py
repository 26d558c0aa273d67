"""`payerworks doctors create`: a new doctor with a login."""

from payerworks_cli.doctors.doctor import DOCTOR, DoctorMembers
from payerworks_cli.passwords import FromStdin
from payerworks_cli.people.members import Members, with_members
from payerworks_cli.people.new_person import Invite, create_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target

NEEDED = (
    *("first_name", "last_name", "medical_license", "contact_email"),
    *("specialty_id", "years_experience", "consultation_fee"),
)


@with_members(DoctorMembers, NEEDED)
def create(
    members: Members,
    invite: Invite = False,
    password_stdin: FromStdin = False,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Make a doctor, who logs in with the e-mail. The password is asked for, or chosen by a link.

    Example: payerworks doctors create --first-name Ada --last-name Field --medical-license ML-7
        --contact-email ada@example.com --specialty cardiology --years-experience 12 --consultation-fee 120 --invite
    """
    create_person(DOCTOR, members, target, invite=invite, from_stdin=password_stdin, as_json=as_json)
