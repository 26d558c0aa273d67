"""People of the directory, made by the API's own calls, and calls in their name."""

import dataclasses
import functools
import itertools
import json
from typing import Any

from pydantic import BaseModel

from auth import authorize_token, log_in
from auth.users.passwords import hash_password
from auth.users.repository import User
from directory.people import repository
from directory.people.kind import Kind
from directory.people.models import NewLogin
from directory.people.person import Person, PersonKind
from directory.people.repository import Change
from doctors import create_doctor
from institutions import create_institution
from tests.unit.conftest import api_event
from tests.unit.described import check_described

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)
DOCTOR = {
    "first_name": "Ada",
    "last_name": "Field",
    "specialty_id": "cardiology",
    "years_experience": 12,
    "consultation_fee": 120.5,
}
PATIENT = {"first_name": "Pat", "last_name": "Moor", "validation_status": "pending"}
INSTITUTION = {"name": "St. Mary Hospital", "institution_type": "hospital", "region": "North"}


def call(handler: Any, name: str, token: str = "", **changes: Any) -> dict[str, Any]:
    """The answer to the event `name` with changes: of an administrator, or of a token's holder."""
    event = api_event(name, **changes)
    if token:
        context = context_of(token)
        if context is None:
            return {"statusCode": 401}
        event["requestContext"]["authorizer"] = context
    answer: dict[str, Any] = handler(event, None)
    check_described(handler, answer)
    if answer.get("body"):
        answer["json"] = json.loads(answer["body"])
    return answer


def context_of(token: str) -> dict[str, str] | None:
    """What the authorizer says of a token's holder; None if it refuses the token."""
    event = api_event("auth/authorize_token") | {"authorizationToken": f"Bearer {token}"}
    return authorize_token.handler(event, None)["context"] or None


def logged_in(email: str, password: str = PASSWORD) -> str:
    """A token of the user with an e-mail; empty if the login is refused."""
    answer = call(log_in.handler, "auth/log_in", body={"email": email, "password": password})
    return str(answer["json"]["access_token"]) if answer["statusCode"] == 200 else ""


def new_institution(**changes: Any) -> dict[str, Any]:
    """The body that makes an institution like no other."""
    number = next(_numbers)
    unique = {"license_number": f"H-{number}", "contact_email": f"office{number}@example.com", "password": PASSWORD}
    return INSTITUTION | unique | changes


def institution(**changes: Any) -> dict[str, Any]:
    """A new institution, as the API answers it."""
    answer = call(create_institution.handler, "institutions/create_institution", body=new_institution(**changes))
    assert answer["statusCode"] == 201, answer["body"]
    made: dict[str, Any] = answer["json"]
    return made


def new_doctor(**changes: Any) -> dict[str, Any]:
    """The body that makes a doctor like no other."""
    number = next(_numbers)
    unique = {"medical_license": f"MD-{number}", "contact_email": f"doctor{number}@example.com", "password": PASSWORD}
    return DOCTOR | unique | changes


def doctor(**changes: Any) -> dict[str, Any]:
    """A new doctor, as the API answers it."""
    answer = call(create_doctor.handler, "doctors/create_doctor", body=new_doctor(**changes))
    assert answer["statusCode"] == 201, answer["body"]
    made: dict[str, Any] = answer["json"]
    return made


_RELATIONS: dict[str, PersonKind] = {"doctor_id": "doctor", "institution_id": "institution"}
PATIENT_KIND = Kind(
    name="patient",
    new=NewLogin,
    profile=BaseModel,
    unique={},
    own=frozenset(),
    sort_name=lambda profile: f"{profile['last_name']} {profile['first_name']}",
    relations=_RELATIONS,
)
_hash = functools.cache(hash_password)


def stored_patient(**profile: Any) -> Person:
    """A new patient with a user, as it is stored. Raises Refused."""
    number = next(_numbers)
    email, person_id = f"patient{number}@example.com", f"{number:032x}"
    user = User("acme", f"u-p{number}", email, "patient", _hash(PASSWORD), (), person_id)
    person = Person("acme", "patient", person_id, user.user_id, PATIENT | {"contact_email": email} | profile)
    repository.add_person(PATIENT_KIND, person, user, Change("create", "u-1", "r-1"))
    return person


def changed_patient(before: Person, *, deleted_at: str = "", **profile: Any) -> Person:
    """A patient after a change of some members."""
    members = {name: value for name, value in {**before.profile, **profile}.items() if value is not None}
    after = dataclasses.replace(before, profile=members, version=before.version + 1, deleted_at=deleted_at)
    repository.change_person(PATIENT_KIND, before, after, Change("update", "u-1", "r-1"))
    return after
