"""`payerworks institutions contacts`: the e-mails, phones and addresses of an institution."""

from payerworks_cli.headers import IfMatch
from payerworks_cli.institutions.institution import INSTITUTION, InstitutionId
from payerworks_cli.people.contacts import SetContacts, show_contacts
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def contacts(
    institution_id: InstitutionId,
    set_file: SetContacts = None,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Show the contacts of an institution, or replace them. The primary e-mail is the contact e-mail.

    Example: payerworks institutions contacts 0f1e2d3c --set contacts.json
    """
    show_contacts(INSTITUTION, institution_id, set_file, target, if_match=if_match, as_json=as_json)
