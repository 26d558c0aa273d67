import datetime
from typing import Any

import botocore.session
import pytest

from appointments import update_appointment
from directory.people.items import TABLE, profile_key
from doctors import get_own_dashboard
from tests.unit.appointments.appointments import appointment
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, changed_patient, doctor, institution, logged_in, stored_patient
from tests.unit.interleaving import before_call


def dashboard(email: str) -> dict[str, Any]:
    return call(get_own_dashboard.handler, "doctors/get_own_dashboard", logged_in(email))


def test_patients_and_pending_reviews_are_the_doctors_own(aws: botocore.session.Session) -> None:
    place = institution()
    made, other = doctor(institution_id=place["id"]), doctor()
    stored_patient(doctor_id=made["id"])
    stored_patient(doctor_id=made["id"], validation_status="full_access")
    moved, gone = stored_patient(doctor_id=made["id"]), stored_patient(doctor_id=made["id"])
    stored_patient(institution_id=place["id"])
    stored_patient(doctor_id=other["id"])
    expected = {"total_patients": 4, "today_appointments": 0, "pending_reviews": 3}
    assert dashboard(made["contact_email"])["json"] == expected
    changed_patient(moved, doctor_id=other["id"])
    changed_patient(gone, deleted_at="2026-01-01")
    expected = {"total_patients": 2, "today_appointments": 0, "pending_reviews": 1}
    assert dashboard(made["contact_email"])["json"] == expected


def test_a_patient_who_is_erased_while_they_are_counted_is_not(aws: botocore.session.Session) -> None:
    made = doctor()
    stored_patient(doctor_id=made["id"])
    gone = stored_patient(doctor_id=made["id"])
    token = logged_in(made["contact_email"])
    # The first batch read is that of the patients whom the index has.
    with before_call("BatchGetItem", lambda: TABLE.delete(profile_key("acme", "patient", gone.person_id))):
        answer = call(get_own_dashboard.handler, "doctors/get_own_dashboard", token)
    assert answer["json"]["pending_reviews"] == 1


@pytest.mark.parametrize(
    ("zone", "first", "end"), [(None, 0, 24), ("Pacific/Kiritimati", 10, 34), ("Etc/GMT+11", 11, 35)]
)
def test_today_is_the_day_in_the_doctors_time_zone(
    aws: botocore.session.Session, zone: str | None, first: int, end: int
) -> None:
    """`first` and `end` of the day are hours in UTC, after the midnight at which the UTC day began."""
    made, other = (doctor(**({"time_zone": zone} if zone else {})) for _ in range(2))
    patient, others = stored_patient(doctor_id=made["id"]), stored_patient(doctor_id=other["id"])
    now = datetime.datetime.now(datetime.UTC)
    begin = now.replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(hours=first)
    # The day in the zone that has this moment in it.
    begin += datetime.timedelta(days=(now - begin).days)
    last = begin + datetime.timedelta(hours=end - first)

    def book(moment: datetime.datetime) -> dict[str, Any]:
        return appointment(made, patient, moment.isoformat(), minutes=5)

    five = datetime.timedelta(minutes=5)
    for moment in (begin - five, begin, begin + 2 * five, last - five, last):
        book(moment)
    body = {"status": "cancelled"}
    cancelled = book(begin + 4 * five)["id"]
    call(update_appointment.handler, "appointments/update_appointment", path={"id": cancelled}, body=body)
    appointment(other, others, begin.isoformat())
    moved = stored_patient(doctor_id=made["id"])
    appointment(made, moved, (begin + 6 * five).isoformat())
    changed_patient(moved, doctor_id=other["id"])
    assert dashboard(made["contact_email"])["json"]["today_appointments"] == 3


def test_only_doctors_have_a_dashboard(aws: botocore.session.Session) -> None:
    assert dashboard(add_user("staff", ["directory", "support"]).email)["statusCode"] == 403
    assert dashboard(add_user("admin").email)["statusCode"] == 404
