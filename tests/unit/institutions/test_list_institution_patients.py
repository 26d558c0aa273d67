from typing import Any

import botocore.session

from institutions import list_institution_patients
from patients import delete_patient
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.patients.patients import doctor, email, patient


def listed(person_id: str, token: str = "", **query: str) -> dict[str, Any]:
    name = "institutions/list_institution_patients"
    return call(list_institution_patients.handler, name, token, path={"id": person_id}, query=query)


def test_an_institution_lists_its_patients_by_name(aws: botocore.session.Session) -> None:
    clinic, other = institution(), institution()
    for name in ("C", "A", "B"):
        patient(first_name=name, institution_id=clinic["id"])
    gone = patient(first_name="Gone", institution_id=clinic["id"])
    call(delete_patient.handler, "patients/delete_patient", path={"id": gone["id"]})
    patient(institution_id=other["id"])
    token = logged_in(clinic["contact_email"])
    first = listed(clinic["id"], token, limit="2")["json"]
    second = listed(clinic["id"], token, limit="2", cursor=first["nextCursor"])["json"]
    assert [each["first_name"] for page in (first, second) for each in page["items"]] == ["A", "B", "C"]
    assert listed(clinic["id"], token, validation_status="full_access")["json"]["items"] == []
    assert listed(other["id"], token)["statusCode"] == 404


def test_who_else_may_list_them(aws: botocore.session.Session) -> None:
    clinic = institution()["id"]
    own = doctor(institution_id=clinic)
    for address, status in (
        (email(own), 403),
        (patient(institution_id=clinic)["contact_email"], 403),
        (add_user("staff", ["directory"]).email, 200),
        (add_user("staff", ["support"]).email, 200),
    ):
        assert listed(clinic, logged_in(address))["statusCode"] == status
    assert listed("unknown")["statusCode"] == 404
