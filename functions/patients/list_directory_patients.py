"""GET /api/v1/patients: the tenant's patients, by last and first name."""

from directory.people.lists import people_answer
from patients.patient.models import PatientListQuery
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query

_FILTERS = {"doctor_id", "institution_id", "validation_status"}


@http_operation(
    query="patients.patient.models.PatientListQuery",
    answers={200: "patients.patient.models.DirectoryPatientList"},
    audit="patient",
)
def handler(request: Request) -> Answer:
    params = query(PatientListQuery, request)
    members = params.model_dump(include=_FILTERS)
    return people_answer(request, "patient", members, params, names=params.names, deleted=params.deleted)
