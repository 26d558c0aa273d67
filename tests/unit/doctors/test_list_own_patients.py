from typing import Any

import botocore.session

from doctors import list_own_patients, update_doctor
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, changed_patient, doctor, institution, logged_in, stored_patient


def listed(token: str, **query: str) -> dict[str, Any]:
    answer = call(list_own_patients.handler, "doctors/list_own_patients", token, query=query)
    assert answer["statusCode"] == 200
    found: dict[str, Any] = answer["json"]
    return found


def test_a_doctors_patients_are_counted_and_listed_in_pages(aws: botocore.session.Session) -> None:
    place = institution()
    made, other = doctor(institution_id=place["id"]), doctor()
    for name in ("Cole", "Abel", "Bond"):
        stored_patient(doctor_id=made["id"], last_name=name, notes="secret")
    stored_patient(doctor_id=other["id"])
    stored_patient(institution_id=place["id"])
    token = logged_in(made["contact_email"])
    first = listed(token, limit="2")
    second = listed(token, limit="2", cursor=first["nextCursor"])
    assert [each["last_name"] for page in (first, second) for each in page["patients"]] == ["Abel", "Bond", "Cole"]
    assert (first["patient_count"], second["patient_count"], second["nextCursor"]) == (3, 3, None)
    assert set(first["patients"][0]) == {"id", "first_name", "last_name", "validation_status"}


def test_a_patient_who_is_deleted_or_has_another_doctor_is_gone_at_once(aws: botocore.session.Session) -> None:
    made, other = doctor(), doctor()
    moved, gone = stored_patient(doctor_id=made["id"]), stored_patient(doctor_id=made["id"])
    token = logged_in(made["contact_email"])
    assert listed(token)["patient_count"] == 2
    changed_patient(moved, doctor_id=other["id"])
    changed_patient(gone, deleted_at="2026-01-01")
    assert listed(token) == {"patients": [], "nextCursor": None, "patient_count": 0}


def test_only_doctors_have_patients(aws: botocore.session.Session) -> None:
    for user, status in ((add_user("staff", ["directory", "support"]), 403), (add_user("admin"), 404)):
        answer = call(list_own_patients.handler, "doctors/list_own_patients", logged_in(user.email))
        assert answer["statusCode"] == status


def test_a_doctor_who_is_suspended_lists_no_patients(aws: botocore.session.Session) -> None:
    made = doctor()
    stored_patient(doctor_id=made["id"])
    body = {"professional_status": "suspended"}
    call(update_doctor.handler, "doctors/update_doctor", path={"id": made["id"]}, body=body)
    answer = call(list_own_patients.handler, "doctors/list_own_patients", logged_in(made["contact_email"]))
    assert (answer["statusCode"], answer["json"]["detail"]) == (403, "A doctor who is not active sees no patients.")
