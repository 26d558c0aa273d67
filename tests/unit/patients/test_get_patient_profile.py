from typing import Any

import botocore.session

from patients import get_patient_profile
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.patients.patients import doctor, email, patient


def profile(person_id: str, token: str = "") -> dict[str, Any]:
    return call(get_patient_profile.handler, "patients/get_patient_profile", token, path={"id": person_id})


def test_how_to_reach_a_patient(aws: botocore.session.Session) -> None:
    made = patient()
    answer = profile(made["id"], logged_in(made["contact_email"]))
    first = {"id": "1", "email_address": made["contact_email"], "type": "work"}
    assert answer["json"] == {
        "id": made["id"],
        "first_name": "Ada",
        "last_name": "Field",
        "emails": [{**first, "is_primary": True, "is_verified": False}],
        "phones": [],
        "addresses": [],
    }


def test_who_sees_it(aws: botocore.session.Session) -> None:
    clinic, own = institution(), doctor()
    made = patient(doctor_id=own.person_id, institution_id=clinic["id"])
    for address, status in (
        (email(own), 200),
        (clinic["contact_email"], 200),
        (email(doctor()), 404),
        (institution()["contact_email"], 404),
        (patient()["contact_email"], 404),
    ):
        assert profile(made["id"], logged_in(address))["statusCode"] == status
    assert profile("unknown")["statusCode"] == 404
