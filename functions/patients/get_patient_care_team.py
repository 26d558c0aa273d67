"""GET /api/v1/patients/{id}/care-team: the doctor and the institution of a patient.

A patient without an institution of their own has that of the doctor.
"""

from directory.people.person import Person
from directory.people.relations import institution_of, person_in_path
from directory.people.repository import get_person
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.json_text import Json


@http_operation(answers={200: "patients.patient.profile_models.CareTeam"}, errors=(404,), audit="patient")
def handler(request: Request) -> Answer:
    patient = person_in_path(request, "patient")
    doctor_id = patient.profile.get("doctor_id")
    doctor = get_person(request.tenant, "doctor", doctor_id) if doctor_id else None
    institution_id = patient.profile.get("institution_id") or institution_of(doctor)
    institution = get_person(request.tenant, "institution", institution_id) if institution_id else None
    return Answer(200, json_text.write({"doctor": _member(doctor), "institution": _member(institution)}))


def _member(person: Person | None) -> Json:
    if person is None or person.deleted_at:
        return None
    profile = person.profile
    name = profile["name"] if person.kind == "institution" else f"{profile['first_name']} {profile['last_name']}"
    return {
        "id": person.person_id,
        "name": name,
        "specialty_id": profile.get("specialty_id"),
        "contact_email": profile["contact_email"],
    }
