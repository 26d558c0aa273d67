from typing import Any

import botocore.session

from appointments import list_appointment_history, update_appointment
from tests.unit.appointments.appointments import appointment, doctor_and_patient
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, logged_in


def history(appointment_id: str, token: str = "", **query: str) -> dict[str, Any]:
    name = "appointments/list_appointment_history"
    return call(list_appointment_history.handler, name, token, path={"id": appointment_id}, query=query)


def change(appointment_id: str, token: str = "", **changes: Any) -> None:
    name = "appointments/update_appointment"
    answer = call(update_appointment.handler, name, token, path={"id": appointment_id}, body=changes)
    assert answer["statusCode"] == 200, answer["body"]


def test_each_change_is_kept_with_who_when_and_what(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    booked = appointment(made, patient)
    token = logged_in(made["contact_email"])
    change(booked["id"], token, minutes=45)
    change(booked["id"], token, minutes=45)  # changes nothing
    change(booked["id"], status="cancelled")
    newest, moved, created = history(booked["id"])["json"]["items"]
    assert [each["version"] for each in (newest, moved, created)] == [3, 2, 1]
    assert [each["operation"] for each in (newest, moved, created)] == ["updated", "updated", "created"]
    assert [each["changed"] for each in (newest, moved)] == [["status"], ["minutes"]]
    assert created["changed"] == ["doctor_id", "minutes", "patient_id", "start", "status"]
    assert (created["by"], moved["by"], newest["by"]) == ("u-1", made["user_id"], "u-1")
    assert created["appointment"] == booked
    assert (moved["appointment"]["minutes"], newest["appointment"]["status"]) == (45, "cancelled")
    assert moved["at"] == moved["appointment"]["updated_at"]
    assert newest["requestId"]


def test_it_is_listed_in_pages(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    booked = appointment(made, patient)
    change(booked["id"], status="checked_in")
    change(booked["id"], status="completed")
    first = history(booked["id"], limit="2")["json"]
    second = history(booked["id"], limit="2", cursor=first["nextCursor"])["json"]
    assert [each["version"] for page in (first, second) for each in page["items"]] == [3, 2, 1]
    assert second["nextCursor"] is None


def test_only_the_directorys_staff_and_support_read_it(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    booked = appointment(made, patient)
    for address, status in (
        (made["contact_email"], 403),
        (patient.profile["contact_email"], 403),
        (add_user("staff", ["directory"]).email, 200),
        (add_user("staff", ["support"]).email, 200),
        (add_user("staff", ["directory"], tenant="other").email, 404),
    ):
        assert history(booked["id"], logged_in(address))["statusCode"] == status
    assert history("unknown")["statusCode"] == 404
