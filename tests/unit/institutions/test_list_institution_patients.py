from typing import Any

import botocore.session
import pytest

from directory.people import institution_patients
from doctors import delete_doctor
from institutions import list_institution_patients
from patients import delete_patient, get_directory_patient
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.patients.patients import doctor, email, move_doctor, patient, update


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


def names(clinic: str, token: str, limit: int) -> list[str]:
    """The first names on all pages."""
    found: list[str] = []
    query = {"limit": str(limit)}
    while True:
        page = listed(clinic, token, **query)["json"]
        found += [each["first_name"] for each in page["items"]]
        if page["nextCursor"] is None:
            return found
        query["cursor"] = page["nextCursor"]


def test_patients_of_its_doctors_follow_who_have_no_institution_of_their_own(aws: botocore.session.Session) -> None:
    made, other = institution(), institution()["id"]
    clinic, token = made["id"], logged_in(made["contact_email"])
    last, first = (doctor(institution_id=clinic, last_name=name) for name in ("Zorn", "Abel"))
    doctor(institution_id=clinic, last_name="Nobody")
    elsewhere = doctor(institution_id=other)
    for name, treating in (("D", last), ("C", first), ("B", first), ("X", elsewhere)):
        patient(first_name=name, doctor_id=treating.person_id)
    patient(first_name="A", institution_id=clinic, doctor_id=elsewhere.person_id)
    moved = patient(first_name="Y", institution_id=other, doctor_id=first.person_id)
    for limit in (1, 2, 3, 100):
        assert names(clinic, token, limit) == ["A", "B", "C", "D"]
    assert listed(clinic, token, validation_status="full_access")["json"]["items"] == []
    # As soon as a relation changes, so does the list.
    update(moved["id"], institution_id=None)
    move_doctor(last, institution_id=other)
    assert names(clinic, token, 2) == ["A", "B", "C", "Y"]
    assert len(names(other, "", 2)) == 2


def test_a_page_goes_on_after_its_doctor_has_left(aws: botocore.session.Session) -> None:
    clinic = institution()["id"]
    leaving, staying = (doctor(institution_id=clinic, last_name=name) for name in ("Abel", "Zorn"))
    for name, treating in (("B", leaving), ("C", leaving), ("A", staying)):
        patient(first_name=name, doctor_id=treating.person_id)
    page = listed(clinic, limit="1")["json"]
    move_doctor(leaving, institution_id=None)
    rest = listed(clinic, cursor=page["nextCursor"])["json"]
    assert [each["first_name"] for each in rest["items"]] == ["A"]


def test_many_doctors_without_such_patients_are_passed_over_page_by_page(
    aws: botocore.session.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(institution_patients, "MOST_LISTS", 2)
    clinic = institution()["id"]
    for name in ("Abel", "Bell", "Cole", "Dorn"):
        own = doctor(institution_id=clinic, last_name=name)
    patient(first_name="A", doctor_id=own.person_id)
    page = listed(clinic)["json"]
    assert (page["items"], page["nextCursor"] is None) == ([], False)
    assert names(clinic, "", 20) == ["A"]


def test_the_patients_of_a_deleted_doctor_are_neither_listed_nor_seen(aws: botocore.session.Session) -> None:
    clinic = institution()
    own = doctor(institution_id=clinic["id"])
    made = patient(doctor_id=own.person_id)
    call(delete_doctor.handler, "doctors/delete_doctor", path={"id": own.person_id})
    token = logged_in(clinic["contact_email"])
    assert names(clinic["id"], token, 20) == []
    name = "patients/get_directory_patient"
    assert call(get_directory_patient.handler, name, token, path={"id": made["id"]})["statusCode"] == 404
