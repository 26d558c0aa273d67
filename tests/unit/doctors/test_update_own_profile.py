from typing import Any

import botocore.session

from doctors import update_own_profile
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, doctor, institution, logged_in


def update(token: str, body: Any, **headers: str) -> dict[str, Any]:
    return call(update_own_profile.handler, "doctors/update_own_profile", token, body=body, headers=headers)


def test_a_doctor_changes_its_own_members(aws: botocore.session.Session) -> None:
    made = doctor()
    body = {
        "first_name": "Eva",
        "last_name": "Hill",
        "contact_email": "eva@example.com",
        "specialty_id": "urology",
        "years_experience": 40,
        "consultation_fee": 99.5,
        "time_zone": "Europe/Berlin",
    }
    answer = update(logged_in(made["contact_email"]), body, **{"If-Match": '"1"'})
    assert answer["json"] == made | body | {"updated_at": answer["json"]["updated_at"]}


def test_the_other_members_are_refused_and_named(aws: botocore.session.Session) -> None:
    made, place = doctor(), institution()
    token = logged_in(made["contact_email"])
    body = {"medical_license": "X", "institution_id": place["id"], "professional_status": "retired", "first_name": "E"}
    answer = update(token, body)
    assert answer["statusCode"] == 403
    assert [fault["pointer"] for fault in answer["json"]["errors"]] == [
        *("/institution_id", "/medical_license", "/professional_status"),
    ]
    assert update(token, {})["statusCode"] == 400
    assert update(token, {"years_experience": 71})["statusCode"] == 400
    assert update(token, {"first_name": "E"}, **{"If-Match": '"2"'})["statusCode"] == 412


def test_whoever_is_no_doctor_has_no_profile(aws: botocore.session.Session) -> None:
    assert update(logged_in(institution()["contact_email"]), {"first_name": "E"})["statusCode"] == 403
    assert update(logged_in(add_user("admin").email), {"first_name": "E"})["statusCode"] == 404
