"""GET /api/v1/institutions/{id}/patients: the patients of an institution, by last and first name."""

from directory.people.lists import people_answer
from directory.people.relations import person_in_path
from patients.patient.models import OwnPatientsQuery
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query


@http_operation(
    query="patients.patient.models.OwnPatientsQuery",
    answers={200: "patients.patient.models.DirectoryPatientList"},
    errors=(404,),
    audit="institution",
)
def handler(request: Request) -> Answer:
    params = query(OwnPatientsQuery, request)
    institution = person_in_path(request, "institution")
    members = {"institution_id": institution.person_id, "validation_status": params.validation_status}
    return people_answer(request, "patient", members, params)
