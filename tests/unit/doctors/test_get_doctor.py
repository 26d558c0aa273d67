from typing import Any

import botocore.session

from doctors import delete_doctor, get_doctor, update_doctor
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, doctor, institution, logged_in


def get(person_id: str, token: str = "", **changes: Any) -> dict[str, Any]:
    return call(get_doctor.handler, "doctors/get_doctor", token, path={"id": person_id}, **changes)


def test_an_doctor_is_answered_with_its_etag(aws: botocore.session.Session) -> None:
    made = doctor()
    answer = get(made["id"])
    assert (answer["statusCode"], answer["json"]) == (200, made)
    assert answer["headers"]["ETag"] == '"1"'
    assert get(made["id"], headers={"If-None-Match": '"1"'})["statusCode"] == 304


def test_a_doctor_sees_itself_and_no_other(aws: botocore.session.Session) -> None:
    own, other = doctor(), doctor()
    token = logged_in(own["contact_email"])
    assert get(own["id"], token)["statusCode"] == 200
    absent = get("unknown", token)
    for person_id in (other["id"], "", "%2e"):
        assert (get(person_id, token)["statusCode"], get(person_id, token)["json"]["detail"]) == (
            404,
            absent["json"]["detail"],
        )


def test_who_may_see_doctors(aws: botocore.session.Session) -> None:
    made = doctor()
    for user_type, roles, status in (
        ("staff", ["directory"], 200),
        ("staff", ["support"], 200),
        ("staff", ["claims", "plans", "intake", "operations", "audit"], 403),
        ("patient", [], 403),
    ):
        token = logged_in(add_user(user_type, roles, reference_id=made["id"]).email)  # type: ignore[arg-type]
        assert get(made["id"], token)["statusCode"] == status
    stranger = logged_in(add_user("admin", tenant="other").email)
    assert get(made["id"], stranger)["statusCode"] == 404


def test_an_institution_sees_its_doctors_as_long_as_they_are_its_own(aws: botocore.session.Session) -> None:
    own, other = institution(), institution()
    made, alone = doctor(institution_id=own["id"]), doctor()
    token, stranger = logged_in(own["contact_email"]), logged_in(other["contact_email"])
    assert get(made["id"], token)["statusCode"] == 200
    assert [get(each["id"], stranger)["statusCode"] for each in (made, alone)] == [404, 404]
    call(update_doctor.handler, "doctors/update_doctor", path={"id": made["id"]}, body={"institution_id": other["id"]})
    assert (get(made["id"], token)["statusCode"], get(made["id"], stranger)["statusCode"]) == (404, 200)


def test_a_deleted_doctor_is_not_found(aws: botocore.session.Session) -> None:
    made = doctor()
    call(delete_doctor.handler, "doctors/delete_doctor", path={"id": made["id"]})
    assert get(made["id"])["statusCode"] == 404
