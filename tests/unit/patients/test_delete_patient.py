from typing import Any

import botocore.session

from patients import delete_patient
from tests.unit.directory.people import call, context_of, institution, logged_in
from tests.unit.patients.patients import create, patient


def delete(person_id: str, token: str = "", **headers: str) -> dict[str, Any]:
    name = "patients/delete_patient"
    return call(delete_patient.handler, name, token, path={"id": person_id}, headers=headers)


def test_the_sessions_of_a_deleted_patient_end_and_it_cannot_log_in(aws: botocore.session.Session) -> None:
    made = patient(mrn="M-1")
    token = logged_in(made["contact_email"])
    assert delete(made["id"], token)["statusCode"] == 403
    assert (delete(made["id"])["statusCode"], delete(made["id"])["statusCode"]) == (204, 404)
    assert context_of(token) is None
    assert logged_in(made["contact_email"]) == ""
    clinic = institution()["id"]
    for taken in ("mrn", "contact_email"):
        assert create(institution_id=clinic, **{taken: made[taken]})["statusCode"] == 409


def test_if_match_guards_a_deletion(aws: botocore.session.Session) -> None:
    made = patient()
    assert delete(made["id"], **{"If-Match": '"7"'})["statusCode"] == 412
    assert delete(made["id"], **{"If-Match": '"1"'})["statusCode"] == 204
