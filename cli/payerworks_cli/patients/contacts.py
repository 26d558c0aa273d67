"""`payerworks patients contacts`: the e-mails, phones and addresses of a patient."""

from payerworks_cli.headers import IfMatch
from payerworks_cli.patients.patient import PATIENT, PatientId
from payerworks_cli.people.contacts import SetContacts, show_contacts
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def contacts(
    patient_id: PatientId,
    set_file: SetContacts = None,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Show the contacts of a patient, or replace them. The primary e-mail is the contact e-mail.

    Example: payerworks patients contacts 0f1e2d3c
    """
    show_contacts(PATIENT, patient_id, set_file, target, if_match=if_match, as_json=as_json)
