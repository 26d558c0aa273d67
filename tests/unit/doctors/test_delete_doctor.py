from typing import Any

import botocore.session
import pytest

from directory.people.repository import Refused
from doctors import create_doctor, delete_doctor, restore_doctor, update_doctor
from tests.unit.directory.people import call, context_of, doctor, logged_in, new_doctor, stored_patient


def delete(person_id: str, token: str = "", **headers: str) -> dict[str, Any]:
    return call(delete_doctor.handler, "doctors/delete_doctor", token, path={"id": person_id}, headers=headers)


def test_the_sessions_of_a_deleted_doctor_end_and_it_cannot_log_in(aws: botocore.session.Session) -> None:
    made, other = doctor(), doctor()
    token, others = logged_in(made["contact_email"]), logged_in(other["contact_email"])
    assert (delete(made["id"])["statusCode"], delete(made["id"])["statusCode"]) == (204, 404)
    assert context_of(token) is None
    assert context_of(others) is not None
    assert logged_in(made["contact_email"]) == ""


def test_license_and_email_of_a_deleted_doctor_stay_taken(aws: botocore.session.Session) -> None:
    made = doctor()
    delete(made["id"])
    for taken in ("medical_license", "contact_email"):
        answer = call(create_doctor.handler, "doctors/create_doctor", body=new_doctor(**{taken: made[taken]}))
        assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (409, f"/{taken}")


def test_if_match_guards_a_deletion(aws: botocore.session.Session) -> None:
    made = doctor()
    assert delete(made["id"], **{"If-Match": '"7"'})["statusCode"] == 412
    assert delete(made["id"], **{"If-Match": '"1"'})["statusCode"] == 204


def test_a_doctor_does_not_delete_itself(aws: botocore.session.Session) -> None:
    made = doctor()
    assert delete(made["id"], logged_in(made["contact_email"]))["statusCode"] == 403


def assign(doctor_id: str) -> bool:
    """Whether a new patient can have this doctor."""
    try:
        stored_patient(doctor_id=doctor_id)
    except Refused as refused:
        return (refused.cause, refused.member) != ("closed", "doctor_id")
    return True


@pytest.mark.parametrize("status", ["suspended", "retired"])
def test_a_doctor_who_is_not_active_gets_no_new_patients(aws: botocore.session.Session, status: str) -> None:
    made = doctor()
    assert assign(made["id"])
    for professional_status, is_open in ((status, False), ("active", True)):
        body = {"professional_status": professional_status}
        call(update_doctor.handler, "doctors/update_doctor", path={"id": made["id"]}, body=body)
        assert assign(made["id"]) == is_open


def test_a_deleted_doctor_gets_no_new_patients_until_it_is_restored_active(aws: botocore.session.Session) -> None:
    active, retired = doctor(), doctor(professional_status="retired")
    for made in (active, retired):
        delete(made["id"])
        assert not assign(made["id"])
        call(restore_doctor.handler, "doctors/restore_doctor", path={"id": made["id"]})
    assert (assign(active["id"]), assign(retired["id"])) == (True, False)
