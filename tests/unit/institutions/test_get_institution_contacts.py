from typing import Any

import botocore.session

from institutions import get_institution_contacts
from tests.unit.directory.people import call, institution, logged_in


def get(person_id: str, token: str = "", **headers: str) -> dict[str, Any]:
    name = "institutions/get_institution_contacts"
    return call(get_institution_contacts.handler, name, token, path={"id": person_id}, headers=headers)


def test_a_new_institution_has_its_email_as_the_primary_one(aws: botocore.session.Session) -> None:
    made = institution()
    answer = get(made["id"])
    [email] = answer["json"]["emails"]
    assert (answer["json"]["phones"], answer["json"]["addresses"]) == ([], [])
    assert (email["email_address"], email["is_primary"], email["is_verified"]) == (made["contact_email"], True, False)
    assert get(made["id"], **{"If-None-Match": answer["headers"]["ETag"]})["statusCode"] == 304


def test_an_institution_sees_its_own_contacts_and_no_others(aws: botocore.session.Session) -> None:
    own, other = institution(), institution()
    token = logged_in(own["contact_email"])
    assert [get(made["id"], token)["statusCode"] for made in (own, other)] == [200, 404]
    assert get("unknown")["statusCode"] == 404
