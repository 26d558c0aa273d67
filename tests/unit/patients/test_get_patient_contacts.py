from typing import Any

import botocore.session

from patients import get_patient_contacts
from tests.unit.directory.people import call, logged_in
from tests.unit.patients.patients import patient


def get(person_id: str, token: str = "") -> dict[str, Any]:
    return call(get_patient_contacts.handler, "patients/get_patient_contacts", token, path={"id": person_id})


def test_a_new_patient_has_its_email_as_the_primary_one_and_sees_no_others(aws: botocore.session.Session) -> None:
    own, other = patient(), patient()
    token = logged_in(own["contact_email"])
    [email] = get(own["id"], token)["json"]["emails"]
    assert (email["email_address"], email["is_primary"]) == (own["contact_email"], True)
    assert get(other["id"], token)["statusCode"] == 404
