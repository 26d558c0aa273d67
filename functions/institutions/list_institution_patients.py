"""GET /api/v1/institutions/{id}/patients: the patients whom an institution sees, by last and first name.

Its own come first, then, doctor by doctor, those of its doctors who have no institution of their own.
"""

from directory.people.institution_patients import Place, list_institution_patients
from directory.people.person import person_text
from directory.people.relations import person_in_path
from patients.patient.models import OwnPatientsQuery
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import list_answer, next_cursor, position
from payerworks.validation import query


@http_operation(
    query="patients.patient.models.OwnPatientsQuery",
    answers={200: "patients.patient.models.DirectoryPatientList"},
    errors=(404,),
    audit="institution",
)
def handler(request: Request) -> Answer:
    params = query(OwnPatientsQuery, request)
    after = position(request, params.cursor)
    institution = person_in_path(request, "institution")
    place = None if after is None else Place(*after)
    page = list_institution_patients(
        request.tenant, institution.person_id, params.validation_status, place, params.limit
    )
    cursor = None if page.after is None else next_cursor(request, list(page.after))
    return list_answer(request, [person_text(each) for each in page.patients], cursor)
