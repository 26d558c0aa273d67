from typing import Any

import botocore.session

from patients import update_patient_contacts
from tests.unit.directory.people import call, logged_in
from tests.unit.patients.patients import patient

PHONE = {"number": "+15551234567", "is_primary": True}


def update(person_id: str, body: Any, token: str = "") -> dict[str, Any]:
    name = "patients/update_patient_contacts"
    return call(update_patient_contacts.handler, name, token, path={"id": person_id}, body=body)


def test_a_patient_changes_its_own_contacts_but_verifies_none(aws: botocore.session.Session) -> None:
    own, other = patient(), patient()
    token = logged_in(own["contact_email"])
    [phone] = update(own["id"], {"phones": [PHONE]}, token)["json"]["phones"]
    assert (phone["number"], phone["is_verified"]) == ("+15551234567", False)
    assert update(own["id"], {"phones": [PHONE | {"is_verified": True}]}, token)["statusCode"] == 403
    assert update(own["id"], {"phones": [phone | {"is_verified": True}]})["statusCode"] == 200
    assert update(other["id"], {"phones": [PHONE]}, token)["statusCode"] == 404


def test_two_primary_records_are_refused(aws: botocore.session.Session) -> None:
    answer = update(patient()["id"], {"phones": [PHONE, PHONE | {"number": "+15550000000"}]})
    assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (400, "/phones")
