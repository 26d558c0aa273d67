"""GET /api/v1/patients/{id}/contacts: the e-mails, phones and addresses of a patient."""

from directory.contacts.contacts import contacts_answer
from directory.people.relations import person_in_path
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "directory.contacts.models.Contacts", 304: None},
    errors=(404,),
    headers=("If-None-Match",),
    audit="patient",
)
def handler(request: Request) -> Answer:
    return contacts_answer(request, person_in_path(request, "patient"))
