from typing import Any

import botocore.session

from institutions import delete_institution, get_institution
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, institution, logged_in


def get(person_id: str, token: str = "", **changes: Any) -> dict[str, Any]:
    return call(get_institution.handler, "institutions/get_institution", token, path={"id": person_id}, **changes)


def test_an_institution_is_answered_with_its_etag(aws: botocore.session.Session) -> None:
    made = institution()
    answer = get(made["id"])
    assert (answer["statusCode"], answer["json"]) == (200, made)
    assert answer["headers"]["ETag"] == '"1"'
    assert get(made["id"], headers={"If-None-Match": '"1"'})["statusCode"] == 304


def test_an_institution_sees_itself_and_no_other(aws: botocore.session.Session) -> None:
    own, other = institution(), institution()
    token = logged_in(own["contact_email"])
    assert get(own["id"], token)["statusCode"] == 200
    absent = get("unknown", token)
    for person_id in (other["id"], "", "%2e"):
        assert (get(person_id, token)["statusCode"], get(person_id, token)["json"]["detail"]) == (
            404,
            absent["json"]["detail"],
        )


def test_who_may_see_institutions(aws: botocore.session.Session) -> None:
    made = institution()
    for user_type, roles, status in (
        ("staff", ["directory"], 200),
        ("staff", ["support"], 200),
        ("staff", ["claims", "plans", "intake", "operations", "audit"], 403),
        ("patient", [], 403),
        ("doctor", [], 403),
    ):
        token = logged_in(add_user(user_type, roles, reference_id=made["id"]).email)  # type: ignore[arg-type]
        assert get(made["id"], token)["statusCode"] == status
    stranger = logged_in(add_user("admin", tenant="other").email)
    assert get(made["id"], stranger)["statusCode"] == 404


def test_a_deleted_institution_is_not_found(aws: botocore.session.Session) -> None:
    made = institution()
    call(delete_institution.handler, "institutions/delete_institution", path={"id": made["id"]})
    assert get(made["id"])["statusCode"] == 404
