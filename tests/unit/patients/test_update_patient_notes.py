from typing import Any

import botocore.session

from patients import update_patient_notes
from tests.unit.directory.people import call, context_of, institution, logged_in
from tests.unit.interleaving import before_call
from tests.unit.patients.patients import doctor, email, faults, patient, treated


def write(person_id: str, body: Any, token: str = "", **headers: str) -> dict[str, Any]:
    name = "patients/update_patient_notes"
    return call(update_patient_notes.handler, name, token, path={"id": person_id}, body=body, headers=headers)


def test_a_doctor_writes_notes_and_replaces_them(aws: botocore.session.Session) -> None:
    made, _, token = treated()
    first = write(made["id"], {"notes": " Sleeps badly.\r\nDrinks coffee. "}, token)
    assert (first["statusCode"], first["headers"]["ETag"]) == (200, '"1"')
    assert first["json"]["notes"] == "Sleeps badly.\nDrinks coffee."
    by = context_of(token)
    assert by is not None
    assert (first["json"]["by"], first["json"]["at"] > "2026") == (by["user_id"], True)
    second = write(made["id"], {"notes": ""}, token)
    assert (second["json"]["notes"], second["json"]["version"]) == ("", 2)
    assert write(made["id"], {"notes": ""}, token)["json"] == second["json"]


def test_what_no_notes_can_be(aws: botocore.session.Session) -> None:
    made, _, token = treated()
    for body, pointers in (({}, ["/notes"]), ({"notes": 7, "by": "me"}, ["/notes", "/by"]), ([], [""])):
        answer = write(made["id"], body, token)
        assert (answer["statusCode"], [*faults(answer)]) == (400, pointers)
    assert write(made["id"], {"notes": "x" * 20_001}, token)["statusCode"] == 400


def test_only_who_treats_the_patient_writes_notes(aws: botocore.session.Session) -> None:
    clinic = institution()["id"]
    own, colleague, stranger = doctor(institution_id=clinic), doctor(institution_id=clinic), doctor()
    made = patient(doctor_id=own.person_id, institution_id=clinic)
    for address, status in (
        (email(own), 200),
        (email(colleague), 403),
        (email(stranger), 404),
        (made["contact_email"], 403),
    ):
        assert write(made["id"], {"notes": "n"}, logged_in(address))["statusCode"] == status


def test_if_match_guards_notes_and_the_later_of_two_at_once_wins(aws: botocore.session.Session) -> None:
    made, _, token = treated()
    assert write(made["id"], {"notes": "a"}, token, **{"If-Match": '"1"'})["statusCode"] == 412
    with before_call("TransactWriteItems", lambda: write(made["id"], {"notes": "a"}, token)):
        answer = write(made["id"], {"notes": "b"}, token)
    assert (answer["json"]["notes"], answer["json"]["version"]) == ("b", 2)
    assert write(made["id"], {"notes": "c"}, token, **{"If-Match": '"1"'})["statusCode"] == 412
    assert write(made["id"], {"notes": "c"}, token, **{"If-Match": '"2"'})["statusCode"] == 200
