"""GET /api/v1/doctors/me/institution: the institution of the doctor that the caller is."""

from directory.people import repository
from directory.people.relations import own_person
from doctors.doctor.models import OwnInstitution
from payerworks import json_text
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "doctors.doctor.models.OwnInstitution"}, errors=(404,))
def handler(request: Request) -> Answer:
    institution_id = own_person(request, "doctor").profile.get("institution_id")
    institution = repository.get_person(request.tenant, "institution", institution_id) if institution_id else None
    if institution is None or institution.deleted_at:
        raise NotFound("The doctor belongs to no institution.")
    own = OwnInstitution.model_validate({"id": institution.person_id, **institution.profile})
    return Answer(200, json_text.write(own.model_dump(exclude_none=True)))
