"""DELETE /api/v1/patients/{id}: delete a patient; its sessions end, and its MRN and e-mail stay taken.

POST /api/v1/patients/{id}/restore undoes it.
"""

from directory.people.changes import delete_person
from directory.people.relations import person_in_path
from patients.patient.kind import PATIENT
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(404, 412, 428), headers=("If-Match", "If-None-Match"), audit="patient")
def handler(request: Request) -> Answer:
    return delete_person(request, PATIENT, lambda: person_in_path(request, "patient"))
