from typing import Any

import botocore.session

from doctors import delete_doctor, update_doctor
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, doctor, institution, logged_in
from tests.unit.interleaving import before_call


def update(person_id: str, body: Any, token: str = "", **headers: str) -> dict[str, Any]:
    return call(
        update_doctor.handler, "doctors/update_doctor", token, path={"id": person_id}, body=body, headers=headers
    )


def pointers(answer: dict[str, Any]) -> list[str]:
    return [fault["pointer"] for fault in answer["json"].get("errors", [])]


def test_the_given_members_change_and_the_rest_stays(aws: botocore.session.Session) -> None:
    place = institution()
    made = doctor(institution_id=place["id"], consultation_fee="75.10")
    answer = update(made["id"], {"years_experience": 13, "institution_id": None, "professional_status": "suspended"})
    expected = {name: value for name, value in made.items() if name != "institution_id"}
    changes = {"years_experience": 13, "professional_status": "suspended", "updated_at": answer["json"]["updated_at"]}
    assert answer["json"] == expected | changes
    assert '"consultation_fee":75.10,' in answer["body"]
    assert answer["headers"]["ETag"] == '"2"'


def test_an_equal_fee_in_another_spelling_makes_no_version(aws: botocore.session.Session) -> None:
    made = doctor(consultation_fee=75.1)
    assert update(made["id"], {"consultation_fee": "$75.10"})["headers"]["ETag"] == '"1"'


def test_an_empty_body_broken_members_and_some_that_must_be_there(aws: botocore.session.Session) -> None:
    made = doctor()
    for body, expected in (
        ({}, []),
        ([], [""]),
        (
            {"years_experience": 71, "consultation_fee": 0.001, "color": 1},
            ["/years_experience", "/consultation_fee", "/color"],
        ),
        ({"first_name": None, "specialty_id": None}, ["/first_name", "/specialty_id"]),
    ):
        answer = update(made["id"], body)
        assert (answer["statusCode"], pointers(answer)) == (400, expected)


def test_a_specialty_and_an_institution_must_be_there(aws: botocore.session.Session) -> None:
    made, closed = doctor(), institution(is_active=False)
    for member, value in (("specialty_id", "astrology"), ("institution_id", closed["id"]), ("institution_id", "x")):
        answer = update(made["id"], {member: value})
        assert (answer["statusCode"], pointers(answer)) == (422, [f"/{member}"])


def test_a_license_is_free_again_once_it_changed(aws: botocore.session.Session) -> None:
    first, second = doctor(medical_license="A"), doctor(medical_license="B")
    assert update(second["id"], {"medical_license": "a"})["statusCode"] == 409
    assert update(first["id"], {"medical_license": "C"})["statusCode"] == 200
    assert update(second["id"], {"medical_license": "a"})["statusCode"] == 200


def test_two_changes_at_once_both_take_place_but_only_one_with_if_match(aws: botocore.session.Session) -> None:
    made = doctor()
    with before_call("TransactWriteItems", lambda: update(made["id"], {"years_experience": 20})):
        answer = update(made["id"], {"last_name": "New"})
    assert (answer["json"]["last_name"], answer["json"]["years_experience"]) == ("New", 20)
    with before_call("TransactWriteItems", lambda: update(made["id"], {"years_experience": 21})):
        assert update(made["id"], {"last_name": "Newer"}, **{"If-Match": '"3"'})["statusCode"] == 412


def test_a_doctor_changes_what_is_its_own(aws: botocore.session.Session) -> None:
    own, other = doctor(), doctor()
    token = logged_in(own["contact_email"])
    body = {"first_name": "Eva", "consultation_fee": 99, "specialty_id": "urology", "time_zone": "Asia/Tokyo"}
    assert update(own["id"], body, token)["statusCode"] == 200
    broken = {"professional_status": "retired", "medical_license": "X", "last_name": "N", "institution_id": "i"}
    answer = update(own["id"], broken, token)
    assert (answer["statusCode"], pointers(answer)) == (
        403,
        ["/institution_id", "/medical_license", "/professional_status"],
    )
    assert update(other["id"], {"first_name": "Mine"}, token)["statusCode"] == 404


def test_who_may_change_doctors(aws: botocore.session.Session) -> None:
    place = institution()
    made = doctor(institution_id=place["id"])
    body = {"years_experience": 30}
    assert update(made["id"], body, logged_in(add_user("staff", ["directory"]).email))["statusCode"] == 200
    for email in (place["contact_email"], add_user("staff", ["support"]).email, add_user("patient").email):
        assert update(made["id"], body, logged_in(email))["statusCode"] == 403


def test_a_deleted_doctor_does_not_change(aws: botocore.session.Session) -> None:
    made = doctor()
    call(delete_doctor.handler, "doctors/delete_doctor", path={"id": made["id"]})
    assert update(made["id"], {"years_experience": 1})["statusCode"] == 404
