"""PUT /api/v1/institutions/{id}/contacts: replace the e-mails, the phones or the addresses of an institution."""

from directory.contacts.contacts import update_contacts
from directory.people.relations import person_in_path
from institutions.institution.kind import INSTITUTION
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="directory.contacts.models.ContactChanges",
    answers={200: "directory.contacts.models.Contacts", 204: None},
    errors=(404, 409, 412, 413, 415, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    is_own = request.user_type == "institution"
    return update_contacts(request, INSTITUTION, lambda: person_in_path(request, "institution"), is_own=is_own)
