"""The directory through the gateway: one patient from pending to full access, and what many do at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.conftest import Answer, Api

PASSWORD = "a parcel of green kites"
SPECIALTIES = "/api/v1/specialties"


@dataclass(frozen=True)
class Person:
    """Somebody of the directory, and the API as they call it."""

    id: str
    email: str
    api: Api


def made(api: Api, path: str, **members: Any) -> Person:
    email = f"{uuid.uuid4().hex}@example.com"
    answer = api.post(path, {"contact_email": email, "password": PASSWORD, **members})
    assert answer.status == 201, answer.body
    anybody = Api(api.url)
    login = anybody.post("/auth/login", {"email": email, "password": PASSWORD}).json()
    return Person(answer.json()["id"], email, Api(api.url, {"Authorization": f"Bearer {login['access_token']}"}))


@pytest.fixture(scope="module")
def institution(api: Api) -> Person:
    license_number = uuid.uuid4().hex
    return made(
        api, "/api/v1/institutions", name="St. Mary", institution_type="hospital", license_number=license_number
    )


@pytest.fixture(scope="module")
def doctor(api: Api, institution: Person) -> Person:
    return made(
        api,
        "/api/v1/doctors",
        first_name="Ben",
        last_name="Moor",
        medical_license=uuid.uuid4().hex,
        institution_id=institution.id,
        specialty_id=api.get(SPECIALTIES).json()["items"][0]["id"],
        years_experience=7,
        consultation_fee=80.5,
    )


@pytest.fixture(scope="module")
def patient(api: Api, doctor: Person) -> Person:
    names = {"first_name": "Ada", "last_name": "Field", "date_of_birth": "1990-02-14"}
    return made(api, "/api/v1/patients", **names, doctor_id=doctor.id)


def test_a_patient_goes_from_pending_to_full_access_and_each_step_opens_more(
    api: Api, institution: Person, doctor: Person, patient: Person
) -> None:
    path = f"/api/v1/patients/{patient.id}"
    opened = ["dashboard", "conditions", "medical-record"]

    def allowed() -> list[bool]:
        return [patient.api.get(f"{path}/{each}").status == 200 for each in opened]

    assert allowed() == [False, False, False]
    assert institution.api.post(f"{path}/validation", {"status": "validated_by_institution"}).status == 409
    for number, (caller, status) in enumerate(
        (
            (doctor.api, "validated_by_doctor"),
            (institution.api, "validated_by_institution"),
            (api, "full_access"),
        )
    ):
        answer = caller.post(f"{path}/validation", {"status": status, "reason": "papers seen"})
        assert (answer.status, answer.json()["validation_status"]) == (200, status)
        assert allowed() == [place <= number for place in range(3)]
    steps = api.get(f"{path}/history").json()["items"]
    assert [step["reason"] for step in steps] == ["papers seen"] * 3 + [""]


def test_a_doctor_writes_what_the_patient_reads(doctor: Person, patient: Person) -> None:
    path = f"/api/v1/patients/{patient.id}/conditions"
    written = doctor.api.post(path, {"name": "Hypertension", "code_system": "ICD-10-CM", "code": "I10"})
    assert written.status == 201, written.body
    assert patient.api.post(path, {"name": "Nothing"}).status == 403
    assert written.json()["id"] in [entry["id"] for entry in doctor.api.get(path).json()["items"]]
    notes = f"/api/v1/doctors/me/patients/{patient.id}/medical-record"
    assert doctor.api.call("PUT", notes, {"notes": "Measure again in May."}).status in (200, 204)
    record = doctor.api.get(notes).json()
    assert record["profile"]["id"] == patient.id
    assert [entry["name"] for entry in record["conditions"]] == ["Hypertension"]


def test_others_do_not_exist(api: Api, doctor: Person, patient: Person) -> None:
    stranger = made(
        api, "/api/v1/institutions", name="Elsewhere", institution_type="clinic", license_number=uuid.uuid4().hex
    )
    paths = (f"/api/v1/patients/{patient.id}", f"/api/v1/doctors/{doctor.id}", f"/api/v1/patients/{uuid.uuid4().hex}")
    answers = [stranger.api.get(path) for path in paths]
    assert [answer.status for answer in answers] == [404, 404, 404]
    assert patient.api.get(f"/api/v1/doctors/{doctor.id}").status == 403


def test_of_five_appointments_at_one_time_one_is_made(doctor: Person, patient: Person) -> None:
    body = {"doctor_id": doctor.id, "patient_id": patient.id, "start": "2090-01-02T09:00:00-05:00", "minutes": 30}

    def book(_: int) -> Answer:
        return doctor.api.post("/api/v1/appointments", body)

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(book, range(5)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409]
    assert patient.api.get("/api/v1/appointments").json()["items"][0]["start"] == body["start"]


@pytest.mark.parametrize("same", ["license_number", "contact_email"])
def test_of_fifty_creations_side_by_side_with_the_same_value_one_wins(api: Api, same: str) -> None:
    shared = {"license_number": uuid.uuid4().hex, "contact_email": f"{uuid.uuid4().hex}@example.com"}[same]

    def create(_: int) -> Answer:
        own = {"license_number": uuid.uuid4().hex, "contact_email": f"{uuid.uuid4().hex}@example.com"}
        body = {"name": "Once", "institution_type": "clinic", "invite": True, **own, same: shared}
        return api.post("/api/v1/institutions", body)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(create, range(50)))
    assert sorted(answer.status for answer in answers) == [201, *[409] * 49]


def test_who_is_deleted_cannot_log_in_and_is_as_before_once_that_is_undone(api: Api) -> None:
    person = made(api, "/api/v1/institutions", name="Gone", institution_type="clinic", license_number=uuid.uuid4().hex)
    path, anybody = f"/api/v1/institutions/{person.id}", Api(api.url)
    login = {"email": person.email, "password": PASSWORD}
    before = api.get("/api/v1/institutions/counts").json()["total"]
    assert api.call("DELETE", path).status == 204
    assert (person.api.get(path).status, api.get(path).status) == (401, 404)
    assert anybody.post("/auth/login", login).status == 403
    assert api.get("/api/v1/institutions/counts").json()["total"] == before - 1
    assert api.post(f"{path}/restore", None).status == 200
    assert anybody.post("/auth/login", login).status == 200
    phones = {"phones": [{"number": "+15551234567", "is_primary": True}]}
    assert api.call("PUT", f"{path}/contacts", phones).json()["phones"][0]["number"] == "+15551234567"
    assert api.get("/api/v1/institutions?name=gon").json()["items"][-1]["name"] == "Gone"
