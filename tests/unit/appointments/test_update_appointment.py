from typing import Any

import botocore.session
import pytest

from appointments import update_appointment
from tests.unit.appointments.appointments import START, appointment, create, doctor_and_patient, pointers
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, changed_patient, doctor, institution, logged_in, stored_patient
from tests.unit.interleaving import before_call


def update(booked: dict[str, Any], body: Any, token: str = "", **headers: str) -> dict[str, Any]:
    name, path = "appointments/update_appointment", {"id": booked["id"]}
    return call(update_appointment.handler, name, token, path=path, body=body, headers=headers)


STATUSES = ("scheduled", "checked_in", "completed", "cancelled", "no_show")
MOVES = {
    ("scheduled", "checked_in"),
    ("scheduled", "completed"),
    ("scheduled", "cancelled"),
    ("scheduled", "no_show"),
    ("checked_in", "completed"),
    ("checked_in", "cancelled"),
}


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_a_status_changes_only_to_one_that_can_follow(aws: botocore.session.Session, before: str, after: str) -> None:
    booked = appointment(*doctor_and_patient())
    if before != "scheduled":
        assert update(booked, {"status": before})["statusCode"] == 200
    answer = update(booked, {"status": after})
    if (before, after) in MOVES or before == after:
        assert (answer["statusCode"], answer["json"]["status"]) == (200, after)
    else:
        assert answer["statusCode"] == 409


@pytest.mark.parametrize(("status", "is_free"), [("cancelled", True), ("no_show", True), ("completed", False)])
def test_what_does_not_take_place_frees_the_time(aws: botocore.session.Session, status: str, is_free: bool) -> None:
    made, patient = doctor_and_patient()
    booked = appointment(made, patient, "2026-12-01T23:45Z")
    assert update(booked, {"status": status})["statusCode"] == 200
    for start in ("2026-12-01T23:45Z", "2026-12-02T00:15Z"):
        assert create(made, patient, start, minutes=15)["statusCode"] == (201 if is_free or "T00" in start else 409)


def test_an_appointment_moves_to_another_time_and_frees_its_own(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    booked = appointment(made, patient, "2026-12-01T23:45Z")
    answer = update(booked, {"start": "2026-12-05T10:00:00+01:00", "minutes": 60}, **{"If-Match": '"1"'})
    assert answer["json"] == booked | {
        "start": "2026-12-05T10:00:00+01:00",
        "minutes": 60,
        "updated_at": answer["json"]["updated_at"],
    }
    assert answer["headers"]["ETag"] == '"2"'
    assert create(made, patient, "2026-12-05T09:59Z", minutes=5)["statusCode"] == 409
    appointment(made, patient, "2026-12-01T23:40Z", minutes=60)


def test_it_may_overlap_its_own_time_but_no_other(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    booked = appointment(made, patient, "2026-12-01T10:00Z")
    appointment(made, patient, "2026-12-01T11:00Z")
    assert update(booked, {"start": "2026-12-01T10:15Z"})["statusCode"] == 200
    assert update(booked, {"minutes": 45})["statusCode"] == 200
    answer = update(booked, {"minutes": 46})
    assert (answer["statusCode"], pointers(answer)) == (409, ["/start"])


def test_what_is_not_scheduled_any_more_does_not_move(aws: botocore.session.Session) -> None:
    booked = appointment(*doctor_and_patient())
    update(booked, {"status": "checked_in"})
    assert update(booked, {"minutes": 45})["statusCode"] == 409
    assert update(booked, {"start": "2027-01-01T10:00Z"})["statusCode"] == 409
    assert update(booked, {"minutes": 30, "status": "completed"})["statusCode"] == 200


def test_the_same_again_makes_no_version_but_another_offset_does(aws: botocore.session.Session) -> None:
    booked = appointment(*doctor_and_patient())
    assert update(booked, {"start": START, "status": "scheduled"})["headers"]["ETag"] == '"1"'
    answer = update(booked, {"start": "2026-12-01T14:00:00Z"})
    assert (answer["json"]["start"], answer["headers"]["ETag"]) == ("2026-12-01T14:00:00+00:00", '"2"')


def test_an_empty_body_and_broken_members(aws: botocore.session.Session) -> None:
    booked = appointment(*doctor_and_patient())
    for body, expected in (
        ({}, []),
        ([], [""]),
        ({"status": None, "start": None, "minutes": None}, ["/status", "/start", "/minutes"]),
        ({"status": "late", "start": "2026-12-01", "minutes": 4}, ["/status", "/start", "/minutes"]),
        ({"doctor_id": "x", "patient_id": "y"}, ["/doctor_id", "/patient_id"]),
    ):
        answer = update(booked, body)
        assert (answer["statusCode"], pointers(answer)) == (400, expected)
    assert update({"id": "unknown"}, {"minutes": 30})["statusCode"] == 404


def test_if_match_guards_a_change(aws: botocore.session.Session) -> None:
    booked = appointment(*doctor_and_patient())
    assert update(booked, {"minutes": 45}, **{"If-Match": '"1"'})["statusCode"] == 200
    assert update(booked, {"minutes": 50}, **{"If-Match": '"1"'})["statusCode"] == 412


def test_of_two_changes_at_once_the_second_is_made_on_the_first(aws: botocore.session.Session) -> None:
    booked = appointment(*doctor_and_patient())
    with before_call("TransactWriteItems", lambda: update(booked, {"minutes": 45})):
        answer = update(booked, {"start": "2026-12-02T10:00Z"})
    assert (answer["json"]["start"], answer["json"]["minutes"]) == ("2026-12-02T10:00:00+00:00", 45)
    with before_call("TransactWriteItems", lambda: update(booked, {"status": "cancelled"})):
        assert update(booked, {"status": "checked_in"})["statusCode"] == 409


def test_of_two_that_move_to_the_same_time_at_once_one_does(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    first, second = appointment(made, patient), appointment(made, patient, "2026-12-03T10:00Z")
    body = {"start": "2026-12-05T10:00Z"}
    with before_call("TransactWriteItems", lambda: update(first, body)):
        assert update(second, body)["statusCode"] == 409


def test_a_patient_cancels_and_does_nothing_else(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    booked, other = appointment(made, patient), appointment(made, patient, "2026-12-02T10:00Z")
    token = logged_in(patient.profile["contact_email"])
    answer = update(booked, {"status": "completed", "start": "2027-01-01T10:00Z", "minutes": 60}, token)
    assert (answer["statusCode"], pointers(answer)) == (403, ["/minutes", "/start", "/status"])
    assert update(booked, {"status": "cancelled"}, token)["json"]["status"] == "cancelled"
    stranger = logged_in(stored_patient(doctor_id=made["id"]).profile["contact_email"])
    assert update(other, {"status": "cancelled"}, stranger)["statusCode"] == 404


def test_who_may_change_appointments(aws: botocore.session.Session) -> None:
    place = institution()
    made, patient = doctor_and_patient(institution_id=place["id"])
    booked = appointment(made, patient)
    for number, email in enumerate((made["contact_email"], add_user("staff", ["directory"]).email)):
        assert update(booked, {"minutes": 40 + number}, logged_in(email))["statusCode"] == 200
    for email, status in (
        (doctor()["contact_email"], 404),
        (place["contact_email"], 403),
        (add_user("staff", ["support"]).email, 403),
        (add_user("admin", tenant="other").email, 404),
    ):
        assert update(booked, {"status": "cancelled"}, logged_in(email))["statusCode"] == status
    changed_patient(patient, doctor_id=doctor()["id"])
    assert update(booked, {"status": "cancelled"}, logged_in(made["contact_email"]))["statusCode"] == 404


def test_a_doctor_who_loses_the_patient_meanwhile_changes_nothing(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    booked = appointment(made, patient)
    other = doctor()["id"]
    with before_call("TransactWriteItems", lambda: changed_patient(patient, doctor_id=other)):
        answer = update(booked, {"status": "cancelled"}, logged_in(made["contact_email"]))
    assert answer["statusCode"] == 404
    assert update(booked, {"status": "checked_in"})["statusCode"] == 200
