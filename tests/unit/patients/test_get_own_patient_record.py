from typing import Any

import botocore.session

from patients import get_own_patient_record, get_patient_record
from tests.unit.directory.people import call, logged_in
from tests.unit.patients.entries import add
from tests.unit.patients.patients import doctor, email, treated


def record(person_id: str, token: str = "") -> dict[str, Any]:
    return call(get_own_patient_record.handler, "patients/get_own_patient_record", token, path={"id": person_id})


def test_a_doctor_reads_the_record_of_a_patient(aws: botocore.session.Session) -> None:
    made, of_patient, token = treated("full_access")
    add(made["id"])
    path = {"id": made["id"]}
    expected = call(get_patient_record.handler, "patients/get_patient_record", token, path=path)["json"]
    assert record(made["id"], token)["json"] == expected
    assert record(made["id"], of_patient)["statusCode"] == 403
    assert record(made["id"], logged_in(email(doctor())))["statusCode"] == 404
    assert record("unknown", token)["statusCode"] == 404
