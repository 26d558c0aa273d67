"""GET /api/v1/institutions/{id}/doctors: the doctors of an institution, by last name."""

from directory.people.lists import people_answer
from directory.people.relations import person_in_path
from doctors.doctor.models import InstitutionDoctorsQuery
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query

_FILTERS = {"specialty_id", "professional_status"}


@http_operation(
    query="doctors.doctor.models.InstitutionDoctorsQuery",
    answers={200: "doctors.doctor.models.DoctorList"},
    errors=(404,),
)
def handler(request: Request) -> Answer:
    params = query(InstitutionDoctorsQuery, request)
    institution = person_in_path(request, "institution")
    members = params.model_dump(include=_FILTERS) | {"institution_id": institution.person_id}
    return people_answer(request, "doctor", members, params)
