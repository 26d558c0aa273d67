"""`payerworks doctors contacts`: the e-mails, phones and addresses of a doctor."""

from payerworks_cli.doctors.doctor import DOCTOR, DoctorId
from payerworks_cli.headers import IfMatch
from payerworks_cli.people.contacts import SetContacts, show_contacts
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def contacts(
    doctor_id: DoctorId,
    set_file: SetContacts = None,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Show the contacts of a doctor, or replace them. The primary e-mail is the contact e-mail.

    Example: payerworks doctors contacts 0f1e2d3c
    """
    show_contacts(DOCTOR, doctor_id, set_file, target, if_match=if_match, as_json=as_json)
