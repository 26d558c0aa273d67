"""GET /api/v1/patients/{id}/care-team: the doctor and the institution of a patient."""

from directory.people import repository
from directory.people.person import Person, PersonKind
from directory.people.relations import person_in_path
from patients.patient.kind import PATIENT
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.json_text import Json


@http_operation(answers={200: "patients.patient.profile_models.CareTeam"}, errors=(404,), audit="patient")
def handler(request: Request) -> Answer:
    patient = person_in_path(request, "patient")
    names: dict[PersonKind, str] = {
        kind: patient.profile[member] for member, kind in PATIENT.relations.items() if member in patient.profile
    }
    people = repository.read_people(request.tenant, list(names.items()))
    team = {kind: _member(people.get((kind, names.get(kind, "")))) for kind in PATIENT.relations.values()}
    return Answer(200, json_text.write(team))


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
