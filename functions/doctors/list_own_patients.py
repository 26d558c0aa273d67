"""GET /api/v1/doctors/me/patients: the patients of the doctor that the caller is, by name."""

from directory.people import people_list
from directory.people.people_list import PersonFilter
from directory.people.person import Person
from directory.people.relations import own_person
from doctors.doctor.models import OwnPatient
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import PageQuery, list_answer, next_cursor, position
from payerworks.validation import query


@http_operation(
    query="payerworks.paging.PageQuery",
    answers={200: "doctors.doctor.models.OwnPatientList"},
    errors=(404,),
    audit="patient",
)
def handler(request: Request) -> Answer:
    params = query(PageQuery, request)
    after = position(request, params.cursor)
    own = PersonFilter({"doctor_id": own_person(request, "doctor").person_id})
    page = people_list.list_people(request.tenant, "patient", own, after, params.limit)
    request.trail.concern("patient", *(each.person_id for each in page.people))
    cursor = None if page.after is None else next_cursor(request, page.after)
    count = people_list.count_people(request.tenant, "patient", own)
    return list_answer(request, [_text(each) for each in page.people], cursor, {"patient_count": count}, "patients")


def _text(patient: Person) -> str:
    own = OwnPatient.model_validate({"id": patient.person_id, **patient.profile})
    return json_text.write(own.model_dump(exclude_none=True))
