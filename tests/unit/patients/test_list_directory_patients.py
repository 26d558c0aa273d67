from typing import Any

import botocore.session

from patients import delete_patient, list_directory_patients
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.patients.patients import doctor, patient


def listed(token: str = "", **query: str) -> dict[str, Any]:
    return call(list_directory_patients.handler, "patients/list_directory_patients", token, query=query)


def names(**query: str) -> list[str]:
    return [each["first_name"] for each in listed(**query)["json"]["items"]]


def test_patients_are_listed_by_last_and_first_name(aws: botocore.session.Session) -> None:
    for first, last in (("B", "Young"), ("C", "adams"), ("A", "Young")):
        patient(first_name=first, last_name=last)
    assert names() == ["C", "A", "B"]
    first = listed(limit="2")["json"]
    second = listed(limit="2", cursor=first["nextCursor"])["json"]
    assert [each["first_name"] for page in (first, second) for each in page["items"]] == ["C", "A", "B"]
    assert second["nextCursor"] is None


def test_filters_must_all_hold(aws: botocore.session.Session) -> None:
    clinic, own = institution()["id"], doctor()
    patient(first_name="A", institution_id=clinic)
    patient(first_name="B", doctor_id=own.person_id)
    patient(first_name="C", institution_id=clinic, doctor_id=own.person_id)
    assert names(institution_id=clinic) == ["A", "C"]
    assert names(doctor_id=own.person_id) == ["B", "C"]
    assert names(doctor_id=own.person_id, institution_id=clinic) == ["C"]
    assert names(validation_status="pending", doctor_id=own.person_id) == ["B", "C"]
    assert names(validation_status="full_access") == []
    assert listed(validation_status="maybe")["statusCode"] == 400


def test_deleted_patients_are_listed_apart(aws: botocore.session.Session) -> None:
    gone, here = patient(first_name="Gone"), patient(first_name="Here")
    call(delete_patient.handler, "patients/delete_patient", path={"id": gone["id"]})
    assert (names(), names(deleted="true")) == (["Here"], ["Gone"])
    assert names(institution_id=gone["institution_id"]) == []
    assert names(institution_id=here["institution_id"], deleted="true") == []


def test_only_directory_and_support_list_everybody(aws: botocore.session.Session) -> None:
    made = patient()
    assert listed(logged_in(made["contact_email"]))["statusCode"] == 403
    for user_type, roles, status in (
        ("doctor", [], 403),
        ("institution", [], 403),
        ("staff", ["directory"], 200),
        ("staff", ["support"], 200),
        ("staff", ["claims"], 403),
    ):
        assert listed(logged_in(add_user(user_type, roles).email))["statusCode"] == status  # type: ignore[arg-type]
    assert listed(logged_in(add_user("admin", tenant="other").email))["json"]["items"] == []


def test_the_longest_names_fit_the_index_and_are_found(aws: botocore.session.Session) -> None:
    # Folded, this letter has six bytes.
    longest = "\u0390" * 100
    made = patient(first_name=longest, last_name=longest)["id"]
    for person in client("dynamodb").scan(TableName=settings().tables["directory"])["Items"]:
        assert len(person.get("list_order", {"S": ""})["S"].encode()) <= 1024
    assert [each["id"] for each in listed(last_name=longest)["json"]["items"]] == [made]
    assert [each["id"] for each in listed(last_name=longest, first_name=longest)["json"]["items"]] == [made]
