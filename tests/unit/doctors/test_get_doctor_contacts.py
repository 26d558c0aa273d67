from typing import Any

import botocore.session

from doctors import get_doctor_contacts
from tests.unit.directory.people import call, doctor, logged_in


def get(person_id: str, token: str = "") -> dict[str, Any]:
    return call(get_doctor_contacts.handler, "doctors/get_doctor_contacts", token, path={"id": person_id})


def test_a_new_doctor_has_its_email_as_the_primary_one_and_sees_no_others(aws: botocore.session.Session) -> None:
    own, other = doctor(), doctor()
    token = logged_in(own["contact_email"])
    [email] = get(own["id"], token)["json"]["emails"]
    assert (email["email_address"], email["is_primary"]) == (own["contact_email"], True)
    assert get(other["id"], token)["statusCode"] == 404
