"""GET /api/v1/patients/{id}/profile: e-mails, phones and addresses of a patient."""

from directory.contacts.contacts import contact_lists
from directory.people.relations import person_in_path
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "patients.patient.profile_models.ContactProfile"}, errors=(404,), audit="patient")
def handler(request: Request) -> Answer:
    patient = person_in_path(request, "patient")
    names = {name: patient.profile[name] for name in ("first_name", "last_name")}
    return Answer(200, json_text.write({"id": patient.person_id, **names, **contact_lists(patient)}))
