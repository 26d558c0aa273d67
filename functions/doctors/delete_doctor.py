"""DELETE /api/v1/doctors/{id}: delete a doctor; its sessions end, and license and e-mail stay taken.

POST /api/v1/doctors/{id}/restore undoes it.
"""

from directory.people.changes import delete_person
from directory.people.relations import person_in_path
from doctors.doctor.kind import DOCTOR
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(404, 412, 428), headers=("If-Match", "If-None-Match"))
def handler(request: Request) -> Answer:
    return delete_person(request, DOCTOR, lambda: person_in_path(request, "doctor"))
