"""GET /api/v1/patients/{id}: a patient."""

from directory.people.person import person_answer
from directory.people.relations import person_in_path
from payerworks.conditional import not_modified
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "patients.patient.models.DirectoryPatient", 304: None},
    errors=(404,),
    headers=("If-None-Match",),
    audit="patient",
)
def handler(request: Request) -> Answer:
    patient = person_in_path(request, "patient")
    return not_modified(request, patient.etag) or person_answer(patient)
