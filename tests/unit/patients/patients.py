"""Patients, made by the API's own calls, and the doctors and institutions that they have."""

import itertools
from typing import Any

from pydantic import BaseModel

from auth.users.new_user import new_user
from directory.people import repository
from directory.people.kind import Kind
from directory.people.models import NewLogin
from directory.people.person import Person
from directory.people.repository import Change
from patients import create_patient, update_patient, validate_patient
from tests.unit.directory.people import PASSWORD, call, institution, logged_in

_numbers = itertools.count(1)
_DOCTOR = Kind("doctor", NewLogin, BaseModel, {}, frozenset(), lambda profile: str(profile["last_name"]))
PATIENT = {"first_name": "Ada", "last_name": "Field", "date_of_birth": "1990-02-14"}
STEPS = ("validated_by_doctor", "validated_by_institution", "full_access")


def doctor(**members: Any) -> Person:
    """A new doctor with a user who has the password PASSWORD."""
    number = next(_numbers)
    email = f"doctor{number}@example.com"
    profile = {"first_name": "Greg", "last_name": "House", "contact_email": email, **members}
    user = new_user("acme", f"doctor-{number}", email, "doctor", PASSWORD, reference_id=f"d-{number}")
    at = "2026-01-01T00:00:00.000+00:00"
    person = Person("acme", "doctor", f"d-{number}", user.user_id, profile, {"emails": []}, 1, at, at)
    repository.add_person(_DOCTOR, person, user, Change("created", "u-1", "request"))
    return person


def move_doctor(person: Person, **members: Any) -> None:
    """Change members of a doctor as it is now."""
    before = repository.get_person("acme", "doctor", person.person_id)
    assert before is not None
    profile = {name: value for name, value in {**before.profile, **members}.items() if value is not None}
    after = Person("acme", "doctor", person.person_id, person.user_id, profile, before.contacts, before.version + 1)
    repository.change_person(_DOCTOR, before, after, Change("updated", "u-1", "request"))


def email(person: Person) -> str:
    return str(person.profile["contact_email"])


def new_patient(**changes: Any) -> dict[str, Any]:
    """The body that makes a patient like no other; a member that is None is left out."""
    body = PATIENT | {"contact_email": f"patient{next(_numbers)}@example.com", "password": PASSWORD} | changes
    return {name: value for name, value in body.items() if value is not None}


def create(**changes: Any) -> dict[str, Any]:
    """The answer to a call that makes a patient."""
    return call(create_patient.handler, "patients/create_patient", body=new_patient(**changes))


def patient(**changes: Any) -> dict[str, Any]:
    """A new patient, as the API answers it; of a new institution unless a doctor or an institution is given."""
    if not changes.keys() & {"doctor_id", "institution_id"}:
        changes["institution_id"] = institution()["id"]
    answer = create(**changes)
    assert answer["statusCode"] == 201, answer["body"]
    made: dict[str, Any] = answer["json"]
    return made


def validate(person_id: str, status: str, token: str = "", **more: Any) -> dict[str, Any]:
    """The answer to a step of a patient's validation."""
    headers = more.pop("headers", {})
    body = {"status": status, **more}
    name = "patients/validate_patient"
    return call(validate_patient.handler, name, token, path={"id": person_id}, body=body, headers=headers)


def treated(status: str = "pending", **changes: Any) -> tuple[dict[str, Any], str, str]:
    """A patient of a doctor in an institution who is validated up to a status; tokens of patient and doctor."""
    clinic = institution()
    own_doctor = doctor(institution_id=clinic["id"])
    made = patient(doctor_id=own_doctor.person_id, institution_id=clinic["id"], **changes)
    of_doctor = logged_in(email(own_doctor))
    tokens = (of_doctor, logged_in(clinic["contact_email"]), "")
    for step, token in list(zip(STEPS, tokens, strict=True))[: ("pending", *STEPS).index(status)]:
        assert validate(made["id"], step, token)["statusCode"] == 200
    return made, logged_in(made["contact_email"]), of_doctor


def faults(answer: dict[str, Any]) -> dict[str, str]:
    """The messages of an answer's faults, by their pointers."""
    return {fault["pointer"]: fault["message"] for fault in answer["json"].get("errors", [])}


def update(person_id: str, **changes: Any) -> dict[str, Any]:
    """The answer to an administrator's change of a patient."""
    return call(update_patient.handler, "patients/update_patient", path={"id": person_id}, body=changes)
