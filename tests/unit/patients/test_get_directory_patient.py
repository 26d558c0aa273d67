from typing import Any

import botocore.session

from patients import delete_patient, get_directory_patient
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.patients.patients import doctor, email, move_doctor, patient


def get(person_id: str, token: str = "", **changes: Any) -> dict[str, Any]:
    name = "patients/get_directory_patient"
    return call(get_directory_patient.handler, name, token, path={"id": person_id}, **changes)


def test_a_patient_is_answered_with_its_etag(aws: botocore.session.Session) -> None:
    made = patient()
    answer = get(made["id"])
    assert (answer["statusCode"], answer["json"], answer["headers"]["ETag"]) == (200, made, '"1"')
    assert get(made["id"], headers={"If-None-Match": '"1"'})["statusCode"] == 304


def test_a_patient_sees_itself_and_no_other(aws: botocore.session.Session) -> None:
    own, other = patient(), patient()
    token = logged_in(own["contact_email"])
    assert get(own["id"], token)["json"] == own
    assert get(other["id"], token)["json"] | {"requestId": ""} == get("unknown", token)["json"] | {"requestId": ""}
    assert get(other["id"], token)["statusCode"] == 404


def test_doctors_see_their_patients_and_those_of_their_institution(aws: botocore.session.Session) -> None:
    clinic = institution()["id"]
    treating, colleague, stranger = doctor(institution_id=clinic), doctor(institution_id=clinic), doctor()
    made = patient(doctor_id=treating.person_id, institution_id=clinic)
    tokens = [logged_in(email(each)) for each in (treating, colleague, stranger)]
    assert [get(made["id"], token)["statusCode"] for token in tokens] == [200, 200, 404]
    move_doctor(colleague, institution_id=None)
    assert [get(made["id"], token)["statusCode"] for token in tokens] == [200, 404, 404]


def test_a_doctor_who_is_suspended_or_retired_sees_no_patients(aws: botocore.session.Session) -> None:
    treating = doctor(professional_status="active")
    made = patient(doctor_id=treating.person_id)
    token = logged_in(email(treating))
    found = []
    for status in ("active", "suspended", "retired", "active"):
        move_doctor(treating, professional_status=status)
        found.append(get(made["id"], token)["statusCode"])
    assert found == [200, 404, 404, 200]


def test_an_institution_sees_its_patients_and_those_of_its_doctors(aws: botocore.session.Session) -> None:
    clinic, other = institution(), institution()
    own = patient(institution_id=clinic["id"])
    of_doctor = patient(doctor_id=doctor(institution_id=clinic["id"]).person_id)
    for token, status in ((logged_in(clinic["contact_email"]), 200), (logged_in(other["contact_email"]), 404)):
        assert [get(each["id"], token)["statusCode"] for each in (own, of_doctor)] == [status, status]


def test_staff_with_the_role_see_all_of_their_tenant(aws: botocore.session.Session) -> None:
    made = patient()
    for roles, status in ((["directory"], 200), (["support"], 200), (["claims", "plans", "intake"], 403)):
        assert get(made["id"], logged_in(add_user("staff", roles).email))["statusCode"] == status
    assert get(made["id"], logged_in(add_user("admin", tenant="other").email))["statusCode"] == 404


def test_a_deleted_patient_is_not_found(aws: botocore.session.Session) -> None:
    made = patient()
    call(delete_patient.handler, "patients/delete_patient", path={"id": made["id"]})
    assert get(made["id"])["statusCode"] == 404
