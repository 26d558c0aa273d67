"""DELETE /api/v1/institutions/{id}: delete an institution; its sessions end, and its license and e-mail stay taken.

POST /api/v1/institutions/{id}/restore undoes it.
"""

from directory.people.changes import delete_person
from directory.people.relations import person_in_path
from institutions.institution.kind import INSTITUTION
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(404, 412, 428), headers=("If-Match", "If-None-Match"))
def handler(request: Request) -> Answer:
    return delete_person(request, INSTITUTION, lambda: person_in_path(request, "institution"))
