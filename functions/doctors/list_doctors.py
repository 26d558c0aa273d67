"""GET /api/v1/doctors: the tenant's doctors, by last name."""

from directory.people.lists import people_answer
from doctors.doctor.models import DoctorListQuery
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query

_FILTERS = {"institution_id", "specialty_id", "professional_status"}


@http_operation(query="doctors.doctor.models.DoctorListQuery", answers={200: "doctors.doctor.models.DoctorList"})
def handler(request: Request) -> Answer:
    params = query(DoctorListQuery, request)
    members = params.model_dump(include=_FILTERS)
    return people_answer(request, "doctor", members, params, names=params.names, deleted=params.deleted)
