"""PUT /api/v1/patients/{id}/contacts: replace the e-mails, the phones or the addresses of a patient."""

from directory.contacts.contacts import update_contacts
from directory.people.relations import person_in_path
from patients.patient.kind import PATIENT
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="directory.contacts.models.ContactChanges",
    answers={200: "directory.contacts.models.Contacts", 204: None},
    errors=(404, 409, 412, 413, 415, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
    audit="patient",
)
def handler(request: Request) -> Answer:
    is_own = request.user_type == "patient"
    return update_contacts(request, PATIENT, lambda: person_in_path(request, "patient"), is_own=is_own)
