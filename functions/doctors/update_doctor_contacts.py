"""PUT /api/v1/doctors/{id}/contacts: replace the e-mails, the phones or the addresses of a doctor."""

from directory.contacts.contacts import update_contacts
from directory.people.relations import person_in_path
from doctors.doctor.kind import DOCTOR
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="directory.contacts.models.ContactChanges",
    answers={200: "directory.contacts.models.Contacts", 204: None},
    errors=(404, 409, 412, 413, 415, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    is_own = request.user_type == "doctor"
    return update_contacts(request, DOCTOR, lambda: person_in_path(request, "doctor"), is_own=is_own)
