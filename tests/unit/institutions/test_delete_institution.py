from typing import Any

import botocore.session

from institutions import create_institution, delete_institution
from tests.unit.directory.people import call, context_of, institution, logged_in, new_institution


def delete(person_id: str, token: str = "", **headers: str) -> dict[str, Any]:
    name = "institutions/delete_institution"
    return call(delete_institution.handler, name, token, path={"id": person_id}, headers=headers)


def test_the_sessions_of_a_deleted_institution_end_and_it_cannot_log_in(aws: botocore.session.Session) -> None:
    made, other = institution(), institution()
    token, others = logged_in(made["contact_email"]), logged_in(other["contact_email"])
    assert (delete(made["id"])["statusCode"], delete(made["id"])["statusCode"]) == (204, 404)
    assert context_of(token) is None
    assert context_of(others) is not None
    assert logged_in(made["contact_email"]) == ""


def test_license_and_email_of_a_deleted_institution_stay_taken(aws: botocore.session.Session) -> None:
    made = institution()
    delete(made["id"])
    for taken in ("license_number", "contact_email"):
        body = new_institution(**{taken: made[taken]})
        answer = call(create_institution.handler, "institutions/create_institution", body=body)
        assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (409, f"/{taken}")


def test_if_match_guards_a_deletion(aws: botocore.session.Session) -> None:
    made = institution()
    assert delete(made["id"], **{"If-Match": '"7"'})["statusCode"] == 412
    assert delete(made["id"], **{"If-Match": '"1"'})["statusCode"] == 204


def test_an_institution_does_not_delete_itself(aws: botocore.session.Session) -> None:
    made = institution()
    assert delete(made["id"], logged_in(made["contact_email"]))["statusCode"] == 403
