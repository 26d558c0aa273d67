"""An institution, its doctor and patients, made by the API, who can log in."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.browser.watched_page import Console
from tests.integration.conftest import Api

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class People:
    """One of each kind as the API answered them; `number` is in their names, so that no other test finds them."""

    number: str
    institution: dict[str, Any]
    doctor: dict[str, Any]
    patient: dict[str, Any]


def made(api: Api, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = api.post(path, body)
    assert answer.status == 201, answer.body
    created: dict[str, Any] = answer.json()
    return created


def people(api: Api) -> People:
    number = str(time.time_ns())
    login = {"password": PASSWORD}
    institution = made(
        api,
        "/api/v1/institutions",
        login
        | {
            "name": f"Harbor Clinic {number}",
            "institution_type": "clinic",
            "license_number": f"L-{number}",
            "contact_email": f"institution-{number}@payerworks.example",
        },
    )
    doctor = made(
        api,
        "/api/v1/doctors",
        login
        | {
            "first_name": "Ada",
            "last_name": f"Field{number}",
            "medical_license": f"M-{number}",
            "contact_email": f"doctor-{number}@payerworks.example",
            "institution_id": institution["id"],
            "specialty_id": "cardiology",
            "years_experience": 12,
            "consultation_fee": 120.5,
        },
    )
    patient = made(
        api,
        "/api/v1/patients",
        login
        | {
            "first_name": "Pat",
            "last_name": f"Moor{number}",
            "date_of_birth": "1964-05-06",
            "contact_email": f"patient-{number}@payerworks.example",
            "doctor_id": doctor["id"],
            "institution_id": institution["id"],
            "mrn": f"MRN-{number}",
            "subscriber_number": number,
        },
    )
    return People(number, institution, doctor, patient)


def fill_in_institution(opened: Console, name: str) -> None:
    """Fill in the form of a new institution with a name that no other has, and do not send it."""
    page = opened.page
    opened.go("directory/institutions/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Type").select_option("clinic")
    page.get_by_label("License number").fill(name)
    page.get_by_label("E-mail").fill(f"institution-{time.time_ns()}@payerworks.example")


def institutions_named(api: Api, name: str) -> list[str]:
    """The names of the institutions that a search for a name finds."""
    found = api.get(f"/api/v1/institutions?name={quote(name)}").json()["items"]
    return [each["name"] for each in found]


def login_of(person: dict[str, Any]) -> dict[str, str]:
    return {"email": person["contact_email"], "password": PASSWORD}


def as_person(api: Api, person: dict[str, Any]) -> Api:
    """The API as a person calls it."""
    answer = api.post("/auth/login", login_of(person))
    assert answer.status == 200, answer.body
    return Api(api.url, {"Authorization": f"Bearer {answer.json()['access_token']}"})


def validate(api: Api, patient: dict[str, Any], status: str) -> None:
    answer = api.post(f"/api/v1/patients/{patient['id']}/validation", {"status": status})
    assert answer.status == 200, answer.body
