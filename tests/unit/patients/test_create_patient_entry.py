from typing import Any

import botocore.session
import pytest

from doctors import delete_doctor
from patients import create_patient_entry, delete_patient_entry, list_patient_entries
from payerworks.errors import Unavailable
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.interleaving import after_call, before_call
from tests.unit.patients.entries import ENTRY, KINDS, add, entry
from tests.unit.patients.patients import doctor, email, faults, move_doctor, patient, treated, update


def entries(person_id: str, kind: str = "conditions") -> list[dict[str, Any]]:
    path = {"id": person_id, "kind": kind}
    items: list[dict[str, Any]] = call(list_patient_entries.handler, "patients/list_patient_entries", path=path)[
        "json"
    ]["items"]
    return items


@pytest.mark.parametrize("kind", KINDS)
def test_the_treating_doctor_adds_an_entry_of_each_kind(aws: botocore.session.Session, kind: str) -> None:
    made, _, token = treated()
    answer = add(made["id"], kind, token)
    assert answer["statusCode"] == 201
    assert (answer["headers"]["ETag"], answer["headers"]["Location"]) == ('"1"', answer["json"]["id"])
    assert {name: answer["json"][name] for name in ENTRY} == ENTRY
    assert (answer["json"]["by"] != "u-1", answer["json"]["at"] > "2026") == (True, True)
    assert entries(made["id"], kind) == [answer["json"]]
    assert [entries(made["id"], other) for other in KINDS if other != kind] == [[], [], []]


def test_only_who_treats_the_patient_writes(aws: botocore.session.Session) -> None:
    clinic = institution()
    own, colleague, stranger = doctor(institution_id=clinic["id"]), doctor(institution_id=clinic["id"]), doctor()
    made = patient(doctor_id=own.person_id, institution_id=clinic["id"])
    without = patient(institution_id=clinic["id"])
    for address, of_doctor, of_clinic in (
        (email(own), 201, 201),
        (email(colleague), 403, 201),
        (email(stranger), 404, 404),
        (made["contact_email"], 403, 403),
        (clinic["contact_email"], 403, 403),
        (add_user("staff", ["directory", "support"]).email, 403, 403),
    ):
        token = logged_in(address)
        assert add(made["id"], token=token)["statusCode"] == of_doctor
        assert add(without["id"], token=token)["statusCode"] == of_clinic
    assert add(made["id"])["statusCode"] == 201
    assert add("unknown")["statusCode"] == 404


def test_a_doctor_who_loses_the_patient_meanwhile_writes_nothing(aws: botocore.session.Session) -> None:
    own, next_one = doctor(), doctor()
    made = patient(doctor_id=own.person_id)
    token = logged_in(email(own))
    with before_call("TransactWriteItems", lambda: update(made["id"], doctor_id=next_one.person_id)):
        assert add(made["id"], token=token)["statusCode"] == 404
    assert entries(made["id"]) == []


@pytest.mark.parametrize("end", ["moved", "deleted"])
def test_a_doctor_who_leaves_meanwhile_writes_nothing(aws: botocore.session.Session, end: str) -> None:
    clinic, other = institution(), institution()
    own = doctor(institution_id=clinic["id"])
    made = patient(institution_id=clinic["id"])
    token = logged_in(email(own))

    def leave() -> None:
        if end == "moved":
            move_doctor(own, institution_id=other["id"])
        else:
            call(delete_doctor.handler, "doctors/delete_doctor", path={"id": own.person_id})

    with before_call("TransactWriteItems", leave):
        assert add(made["id"], token=token)["statusCode"] == 404
    assert entries(made["id"]) == []


def test_each_broken_member_is_named_at_once(aws: botocore.session.Session) -> None:
    made = patient()
    answer = add(made["id"], name="", code_system="ICD-9", since="yesterday", until="2020-02-30", by="me")
    assert answer["statusCode"] == 400
    assert set(faults(answer)) == {"/name", "/code_system", "/since", "/until", "/by"}


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"code_system": None}, "/code"),
        ({"code": None}, "/code"),
        ({"code_system": "RxNorm", "code": "I10"}, "/code"),
        ({"code_system": "SNOMED", "code": "12345"}, "/code"),
        ({"code": "10"}, "/code"),
        ({"code": "E11.12345"}, "/code"),
        ({"since": "9999-01-01"}, "/since"),
        ({"until": "2024-05-01"}, "/until"),
    ],
)
def test_what_no_entry_can_be(aws: botocore.session.Session, members: dict[str, Any], pointer: str) -> None:
    answer = add(patient()["id"], **members)
    assert (answer["statusCode"], [*faults(answer)]) == (400, [pointer])


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("ICD-10-CM", "I10"),
        ("ICD-10-CM", "E11.9"),
        ("ICD-10-CM", "S72001A"),
        ("ICD-10-CM", "C4A.0"),
        ("RxNorm", "197361"),
        ("SNOMED", "38341003"),
    ],
)
def test_codes_are_taken_as_they_are_given(aws: botocore.session.Session, system: str, code: str) -> None:
    answer = add(patient()["id"], code_system=system, code=code)
    assert (answer["json"]["code_system"], answer["json"]["code"]) == (system, code)


def test_another_list_is_not_there(aws: botocore.session.Session) -> None:
    made = patient()
    for kind in ("notes", "vaccinations", "", "family_history"):
        assert add(made["id"], kind)["statusCode"] == 404


def test_a_repeat_with_its_key_adds_no_second_entry(aws: botocore.session.Session) -> None:
    made = patient()
    key = {"Idempotency-Key": "k-1"}
    first, again = (add(made["id"], headers=key) for _ in range(2))
    assert (first["statusCode"], first["json"]) == (again["statusCode"], again["json"])
    assert len(entries(made["id"])) == 1


def test_a_repeat_after_a_lost_answer_finds_the_entry_even_if_it_was_deleted(aws: botocore.session.Session) -> None:
    made = patient()
    key = {"Idempotency-Key": "k-1"}

    def fail() -> None:
        raise Unavailable("the answer is lost")

    with after_call("TransactWriteItems", fail):
        assert add(made["id"], headers=key)["statusCode"] == 503
    [stored] = entries(made["id"])
    path = {"id": made["id"], "kind": "conditions", "entry_id": stored["id"]}
    call(delete_patient_entry.handler, "patients/delete_patient_entry", path=path)
    assert add(made["id"], headers=key)["json"]["id"] == stored["id"]
    assert entries(made["id"]) == []


def test_minimal_answers_have_no_body(aws: botocore.session.Session) -> None:
    made = patient()
    name, path = "patients/create_patient_entry", {"id": made["id"], "kind": "allergies"}
    headers = {"Prefer": "return=minimal"}
    answer = call(create_patient_entry.handler, name, path=path, body=entry(), headers=headers)
    assert (answer["statusCode"], answer["body"]) == (204, "")


def test_a_doctor_who_leaves_the_patients_institution_meanwhile_writes_nothing(aws: botocore.session.Session) -> None:
    clinic = institution()["id"]
    own = doctor(institution_id=clinic)
    made, token = patient(institution_id=clinic), logged_in(email(own))
    with before_call("TransactWriteItems", lambda: move_doctor(own, institution_id=None)):
        assert add(made["id"], token=token)["statusCode"] == 404
    assert entries(made["id"]) == []
