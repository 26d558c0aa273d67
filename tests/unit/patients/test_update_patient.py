from typing import Any

import botocore.session

from patients import get_directory_patient, update_patient
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.interleaving import before_call
from tests.unit.patients.patients import doctor, email, faults, patient


def update(person_id: str, body: Any, token: str = "", **headers: str) -> dict[str, Any]:
    name = "patients/update_patient"
    return call(update_patient.handler, name, token, path={"id": person_id}, body=body, headers=headers)


def test_the_given_members_change_and_the_rest_stays(aws: botocore.session.Session) -> None:
    made = patient(mrn="M-1")
    answer = update(made["id"], {"last_name": "Byron", "mrn": None, "health_profile": {"height_cm": 170.5}})
    expected = {name: value for name, value in made.items() if name != "mrn"}
    changes = {"last_name": "Byron", "health_profile": {"height_cm": 170.5}, "updated_at": answer["json"]["updated_at"]}
    assert answer["json"] == expected | changes
    assert answer["headers"]["ETag"] == '"2"'


def test_patients_change_what_is_their_own(aws: botocore.session.Session) -> None:
    own, other = patient(), patient()
    token = logged_in(own["contact_email"])
    contact = {"emergency_contact_name": "Bob", "emergency_contact_phone": "+14155550123"}
    body = {"contact_email": "new@example.com", "health_profile": {"is_smoker": False}, **contact}
    assert update(own["id"], body, token)["statusCode"] == 200
    answer = update(own["id"], {"first_name": "X", "mrn": "M-1", "subscriber_number": "7", **contact}, token)
    assert (answer["statusCode"], set(faults(answer))) == (403, {"/first_name", "/mrn", "/subscriber_number"})
    assert update(other["id"], contact, token)["statusCode"] == 404


def test_a_doctor_and_an_institution_change_no_patient(aws: botocore.session.Session) -> None:
    clinic = institution()
    own = doctor()
    made = patient(doctor_id=own.person_id, institution_id=clinic["id"])
    for address in (email(own), clinic["contact_email"], add_user("staff", ["support"]).email):
        assert update(made["id"], {"first_name": "X"}, logged_in(address))["statusCode"] == 403


def test_the_validation_status_is_not_set_by_a_change(aws: botocore.session.Session) -> None:
    made = patient()
    for token in ("", logged_in(made["contact_email"])):
        answer = update(made["id"], {"validation_status": "full_access"}, token)
        assert (answer["statusCode"], [*faults(answer)]) == (400, ["/validation_status"])


def test_what_a_change_leads_to_must_be_a_patient(aws: botocore.session.Session) -> None:
    made = patient(emergency_contact_name="Bob", emergency_contact_phone="+14155550123")
    for body, pointers in (
        ({}, set()),
        ({"institution_id": None}, {"/doctor_id", "/institution_id"}),
        ({"emergency_contact_phone": None}, {"/emergency_contact_phone"}),
        ({"date_of_birth": "1899-01-01", "color": "red"}, {"/date_of_birth", "/color"}),
        ({"first_name": None, "institution_id": None}, {"/first_name", "/doctor_id", "/institution_id"}),
    ):
        answer = update(made["id"], body)
        assert (answer["statusCode"], set(faults(answer))) == (400, pointers)
    answer = update(made["id"], {"emergency_contact_name": None, "emergency_contact_phone": None})
    assert answer["statusCode"] == 200
    assert update("unknown", {"first_name": "X"})["statusCode"] == 404


def test_a_new_doctor_must_be_there_and_the_former_one_loses_sight_at_once(aws: botocore.session.Session) -> None:
    former, next_one = doctor(), doctor()
    made = patient(doctor_id=former.person_id)
    answer = update(made["id"], {"doctor_id": "nobody"})
    assert (answer["statusCode"], [*faults(answer)]) == (422, ["/doctor_id"])
    assert update(made["id"], {"doctor_id": next_one.person_id})["statusCode"] == 200
    for person, status in ((former, 404), (next_one, 200)):
        token, path = logged_in(email(person)), {"id": made["id"]}
        name = "patients/get_directory_patient"
        assert call(get_directory_patient.handler, name, token, path=path)["statusCode"] == status


def test_if_match_guards_a_change_and_two_at_once_both_take_place(aws: botocore.session.Session) -> None:
    made = patient()
    with before_call("TransactWriteItems", lambda: update(made["id"], {"first_name": "Eve"})):
        answer = update(made["id"], {"last_name": "New"})
    assert (answer["json"]["first_name"], answer["json"]["last_name"]) == ("Eve", "New")
    assert update(made["id"], {"last_name": "Old"}, **{"If-Match": '"1"'})["statusCode"] == 412


def test_an_mrn_is_taken_once_and_free_again_once_it_changed(aws: botocore.session.Session) -> None:
    first, second = patient(mrn="A"), patient(mrn="B")
    assert update(second["id"], {"mrn": "a"})["statusCode"] == 409
    assert update(first["id"], {"mrn": None})["statusCode"] == 200
    assert update(second["id"], {"mrn": "a"})["statusCode"] == 200
