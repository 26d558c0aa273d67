from typing import Any

import botocore.session

from appointments import get_appointment
from doctors import update_doctor
from tests.unit.appointments.appointments import appointment, create, doctor_and_patient
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, changed_patient, doctor, institution, logged_in, stored_patient


def get(appointment_id: str, token: str = "", **headers: str) -> dict[str, Any]:
    name, path = "appointments/get_appointment", {"id": appointment_id}
    return call(get_appointment.handler, name, token, path=path, headers=headers)


def test_an_appointment_is_answered_with_its_etag(aws: botocore.session.Session) -> None:
    booked = appointment(*doctor_and_patient())
    answer = get(booked["id"])
    assert (answer["statusCode"], answer["json"], answer["headers"]["ETag"]) == (200, booked, '"1"')
    assert get(booked["id"], **{"If-None-Match": '"1"'})["statusCode"] == 304


def test_everyone_sees_their_own_and_all_else_is_absent(aws: botocore.session.Session) -> None:
    place, elsewhere = institution(), institution()
    made, patient = doctor_and_patient(institution_id=place["id"])
    colleague = doctor(institution_id=place["id"])
    booked = appointment(made, patient)
    for email, status in (
        (made["contact_email"], 200),
        (patient.profile["contact_email"], 200),
        (place["contact_email"], 200),
        (add_user("staff", ["directory"]).email, 200),
        (add_user("staff", ["support"]).email, 200),
        (colleague["contact_email"], 404),
        (doctor()["contact_email"], 404),
        (stored_patient(doctor_id=made["id"]).profile["contact_email"], 404),
        (elsewhere["contact_email"], 404),
        (add_user("patient").email, 404),
        (add_user("doctor", reference_id=patient.person_id).email, 404),
        (add_user("patient", reference_id=made["id"]).email, 404),
        (add_user("admin", tenant="other").email, 404),
        (add_user("staff", ["claims", "plans", "intake", "operations", "audit"]).email, 403),
    ):
        token = logged_in(email)
        answer = get(booked["id"], token)
        assert answer["statusCode"] == status, email
        if status == 404:
            assert answer["json"]["detail"] == get("unknown", token)["json"]["detail"]


def test_a_doctor_sees_none_with_a_patient_of_others_any_more(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    booked = appointment(made, patient)
    token, of_patient = logged_in(made["contact_email"]), logged_in(patient.profile["contact_email"])
    changed_patient(patient, doctor_id=doctor()["id"])
    assert (get(booked["id"], token)["statusCode"], get(booked["id"], of_patient)["statusCode"]) == (404, 200)
    assert create(made, stored_patient(doctor_id=made["id"]))["statusCode"] == 409


def test_an_institution_sees_those_of_a_doctor_as_long_as_it_is_its_own(aws: botocore.session.Session) -> None:
    place, elsewhere = institution(), institution()
    made, patient = doctor_and_patient(institution_id=place["id"])
    booked = appointment(made, patient)
    body = {"institution_id": elsewhere["id"]}
    call(update_doctor.handler, "doctors/update_doctor", path={"id": made["id"]}, body=body)
    assert get(booked["id"], logged_in(place["contact_email"]))["statusCode"] == 404
    assert get(booked["id"], logged_in(elsewhere["contact_email"]))["statusCode"] == 200
