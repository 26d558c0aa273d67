from typing import Any

import botocore.session

from patients import update_patient_entry
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.interleaving import before_call
from tests.unit.patients.entries import add
from tests.unit.patients.patients import doctor, email, faults, patient, treated


def change(made: dict[str, Any], entry_id: str, body: Any, token: str = "", **headers: str) -> dict[str, Any]:
    name, path = "patients/update_patient_entry", {"id": made["id"], "kind": "conditions", "entry_id": entry_id}
    return call(update_patient_entry.handler, name, token, path=path, body=body, headers=headers)


def test_an_entry_is_corrected_by_a_new_version(aws: botocore.session.Session) -> None:
    made, _, token = treated()
    first = add(made["id"])["json"]
    answer = change(made, first["id"], {"until": "2024-06-01", "code": None, "code_system": None}, token)
    expected = {name: value for name, value in first.items() if name not in ("code", "code_system")}
    new = {name: answer["json"][name] for name in ("by", "at")}
    assert answer["json"] == expected | new | {"until": "2024-06-01", "version": 2}
    assert (answer["headers"]["ETag"], new["by"] != first["by"]) == ('"2"', True)


def test_a_change_that_is_empty_broken_or_nothing(aws: botocore.session.Session) -> None:
    made = patient()
    first = add(made["id"])["json"]
    for body, pointers in (
        ({}, []),
        ([], [""]),
        ({"name": None}, ["/name"]),
        ({"code_system": None}, ["/code"]),
        ({"until": "2024-05-01", "color": "red"}, ["/until", "/color"]),
    ):
        answer = change(made, first["id"], body)
        assert (answer["statusCode"], [*faults(answer)]) == (400, pointers)
    assert change(made, first["id"], {"name": first["name"]})["json"] == first


def test_only_who_treats_the_patient_corrects(aws: botocore.session.Session) -> None:
    clinic = institution()["id"]
    own, colleague, stranger = doctor(institution_id=clinic), doctor(institution_id=clinic), doctor()
    made = patient(doctor_id=own.person_id, institution_id=clinic)
    first = add(made["id"])["json"]
    for address, status in ((email(own), 200), (email(colleague), 403), (email(stranger), 404)):
        assert change(made, first["id"], {"name": "New"}, logged_in(address))["statusCode"] == status


def test_an_entry_that_is_not_there_or_anothers(aws: botocore.session.Session) -> None:
    made, other = patient(), patient()
    first = add(other["id"])["json"]
    for entry_id in (first["id"], "0" * 32, "x", "", "a#b", "0" * 999):
        assert change(made, entry_id, {"name": "New"})["statusCode"] == 404


def test_if_match_guards_a_correction_and_two_at_once_both_take_place(aws: botocore.session.Session) -> None:
    made = patient()
    first = add(made["id"])["json"]
    with before_call("TransactWriteItems", lambda: change(made, first["id"], {"name": "B"})):
        answer = change(made, first["id"], {"until": "2024-06-01"})
    assert (answer["json"]["name"], answer["json"]["until"], answer["json"]["version"]) == ("B", "2024-06-01", 3)
    assert change(made, first["id"], {"name": "C"}, **{"If-Match": '"2"'})["statusCode"] == 412
    assert change(made, first["id"], {"name": "C"}, **{"If-Match": '"3"'})["statusCode"] == 200
