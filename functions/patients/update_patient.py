"""PUT /api/v1/patients/{id}: change the given members of a patient; null takes one away.

Patients themselves can change their e-mail, emergency contact and health profile.
"""

from directory.people.changes import update_person
from directory.people.relations import person_in_path
from patients.patient.kind import PATIENT
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="patients.patient.models.PatientChanges",
    answers={200: "patients.patient.models.DirectoryPatient", 204: None},
    errors=(404, 409, 412, 413, 415, 422, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
    audit="patient",
)
def handler(request: Request) -> Answer:
    is_own = request.user_type == "patient"
    return update_person(request, PATIENT, lambda: person_in_path(request, "patient"), is_own=is_own)
