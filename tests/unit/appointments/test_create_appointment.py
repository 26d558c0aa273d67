from typing import Any

import botocore.session
import pytest

from appointments import create_appointment
from appointments.storage.items import TABLE
from appointments.storage.repository import AppointmentFilter, get_appointment, list_appointments, list_revisions
from doctors import delete_doctor, update_doctor
from payerworks.errors import Unavailable
from tests.unit.appointments.appointments import START, appointment, create, doctor_and_patient, pointers
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, changed_patient, doctor, institution, logged_in, stored_patient
from tests.unit.interleaving import Killed, after_call, before_call, kill


def days(doctor_id: str) -> list[str]:
    """The days in which a doctor has or had appointments, as they are stored."""
    pk = {"S": f"acme#APPOINTMENTS#{doctor_id}"}
    return [item["sk"]["S"] for item in TABLE.query("pk = :pk", {":pk": pk})]


def starts(doctor_id: str) -> list[str]:
    page = list_appointments("acme", AppointmentFilter({"doctor_id": doctor_id}), None, 100)
    return [each.start.isoformat() for each in page.appointments]


def test_an_appointment_is_made_and_shown_with_its_offset(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    answer = create(made, patient)
    booked = answer["json"]
    assert answer["statusCode"] == 201
    assert (answer["headers"]["Location"], answer["headers"]["ETag"]) == (f"appointments/{booked['id']}", '"1"')
    assert booked == {
        "id": booked["id"],
        "doctor_id": made["id"],
        "patient_id": patient.person_id,
        "start": START,
        "minutes": 30,
        "status": "scheduled",
        "created_at": booked["created_at"],
        "updated_at": booked["created_at"],
    }


def test_each_broken_member_is_named_at_once(aws: botocore.session.Session) -> None:
    body = {"doctor_id": "", "patient_id": 1, "start": "soon", "minutes": 4, "status": "completed"}
    answer = call(create_appointment.handler, "appointments/create_appointment", body=body)
    assert (answer["statusCode"], {*pointers(answer)}) == (400, {f"/{name}" for name in body})
    answer = call(create_appointment.handler, "appointments/create_appointment", body={})
    assert {*pointers(answer)} == {"/doctor_id", "/patient_id", "/start", "/minutes"}


@pytest.mark.parametrize(
    "start",
    [
        *("2026-12-01T09:00:00", "2026-12-01", "2026-12-01T09:00:01Z", "2026-12-01T09:00:00.5Z", "2026-13-01T09:00Z"),
        *("1999-12-31T23:00Z", "2100-01-01T00:00Z", "0001-01-01T00:00+23:00", "2026-12-01 09:00Z", 1796115600, None),
        *("2026-12-01T09:00+24:00", "２026-12-01T09:00Z"),
    ],
)
def test_a_start_is_a_whole_minute_with_an_offset(aws: botocore.session.Session, start: Any) -> None:
    made, patient = doctor_and_patient()
    answer = create(made, patient, start)
    assert (answer["statusCode"], pointers(answer)) == (400, ["/start"])


@pytest.mark.parametrize(("minutes", "status"), [(4, 400), (5, 201), (480, 201), (481, 400), (30.5, 400), ("30", 400)])
def test_it_takes_5_to_480_whole_minutes(aws: botocore.session.Session, minutes: Any, status: int) -> None:
    made, patient = doctor_and_patient()
    assert create(made, patient, minutes=minutes)["statusCode"] == status


@pytest.mark.parametrize(
    ("start", "minutes", "status"),
    [
        ("2026-12-01T14:00Z", 30, 409),
        ("2026-12-01T14:29Z", 5, 409),
        ("2026-12-01T13:31Z", 30, 409),
        ("2026-12-01T23:00+09:00", 5, 409),
        ("2026-12-01T13:30Z", 90, 409),
        ("2026-12-01T14:30Z", 30, 201),
        ("2026-12-01T13:30Z", 30, 201),
        ("2026-12-02T14:00Z", 30, 201),
    ],
)
def test_a_doctor_has_one_appointment_at_a_time(
    aws: botocore.session.Session, start: str, minutes: int, status: int
) -> None:
    made, patient = doctor_and_patient()
    appointment(made, patient, "2026-12-01T09:00-05:00")
    answer = create(made, stored_patient(doctor_id=made["id"]), start, minutes=minutes)
    assert answer["statusCode"] == status
    assert pointers(answer) == (["/start"] if status == 409 else [])


def test_two_doctors_have_appointments_at_the_same_time(aws: botocore.session.Session) -> None:
    for _ in range(2):
        appointment(*doctor_and_patient())


@pytest.mark.parametrize("start", ["2026-12-01T23:00Z", "2026-12-02T00:30Z", "2026-12-02T06:59Z"])
def test_one_over_midnight_takes_time_on_both_days(aws: botocore.session.Session, start: str) -> None:
    made, patient = doctor_and_patient()
    appointment(made, patient, "2026-12-01T23:00Z", minutes=480)
    assert create(made, patient, start, minutes=5)["statusCode"] == 409
    appointment(made, patient, "2026-12-02T07:00Z", minutes=5)


def test_one_until_midnight_is_of_one_day(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    appointment(made, patient, "2026-12-01T23:30Z", minutes=30)
    assert days(made["id"]) == ["DAY#2026-12-01"]
    appointment(made, patient, "2026-12-02T23:31Z", minutes=30)
    assert days(made["id"]) == ["DAY#2026-12-01", "DAY#2026-12-02", "DAY#2026-12-03"]


@pytest.mark.parametrize(("first", "second"), [("23:00", "23:15"), ("23:45", "00:00"), ("00:00", "23:45")])
def test_of_two_at_once_that_overlap_one_is_made(aws: botocore.session.Session, first: str, second: str) -> None:
    made, patient = doctor_and_patient()
    days = {"23": "2026-12-01", "00": "2026-12-02"}
    texts = [f"{days[time[:2]]}T{time}Z" for time in (first, second)]
    others: list[int] = []
    with before_call("TransactWriteItems", lambda: others.append(create(made, patient, texts[0])["statusCode"])):
        assert create(made, patient, texts[1])["statusCode"] == 409
    assert others == [201]
    assert len(starts(made["id"])) == 1


def test_two_at_once_that_do_not_overlap_are_both_made(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    appointment(made, patient, "2026-12-01T08:00Z")
    with before_call("TransactWriteItems", lambda: appointment(made, patient, "2026-12-01T10:00Z")):
        appointment(made, patient, "2026-12-01T12:00Z")
    assert starts(made["id"]) == [f"2026-12-01T{hour}:00:00+00:00" for hour in ("08", "10", "12")]


def test_only_patients_of_the_doctor_get_appointments(aws: botocore.session.Session) -> None:
    place = institution()
    made, own = doctor_and_patient(institution_id=place["id"])
    of_institution = stored_patient(institution_id=place["id"])
    _, others = doctor_and_patient()
    appointment(made, own, "2026-12-01T08:00Z")
    appointment(made, of_institution, "2026-12-01T09:00Z")
    unknown = create(made, own, patient_id="unknown")
    for answer in (unknown, create(made, others)):
        assert (answer["statusCode"], pointers(answer)) == (422, ["/patient_id"])
        assert answer["json"]["errors"] == unknown["json"]["errors"]
    gone = changed_patient(own, deleted_at="2026-01-01")
    assert pointers(create(made, gone)) == ["/patient_id"]


def test_a_patient_who_gets_another_doctor_meanwhile_gets_no_appointment(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    other = doctor()
    with before_call("TransactWriteItems", lambda: changed_patient(patient, doctor_id=other["id"])):
        assert pointers(create(made, patient)) == ["/patient_id"]
    assert starts(made["id"]) == []


def test_a_doctor_who_leaves_the_institution_meanwhile_gets_none_of_its_patients(aws: botocore.session.Session) -> None:
    place, other = institution(), institution()
    made, patient = doctor(institution_id=place["id"]), stored_patient(institution_id=place["id"])

    def change(**body: Any) -> None:
        call(update_doctor.handler, "doctors/update_doctor", path={"id": made["id"]}, body=body)

    with before_call("TransactWriteItems", lambda: change(first_name="Eve")):
        assert create(made, patient)["statusCode"] == 201
    with before_call("TransactWriteItems", lambda: change(institution_id=other["id"])):
        assert pointers(create(made, patient, "2026-12-02T09:00Z")) == ["/patient_id"]
    assert len(starts(made["id"])) == 1


@pytest.mark.parametrize("status", ["suspended", "retired", "deleted"])
def test_a_doctor_who_is_not_active_gets_none(aws: botocore.session.Session, status: str) -> None:
    made, patient = doctor_and_patient()

    def close() -> None:
        path, body = {"id": made["id"]}, {"professional_status": status}
        if status == "deleted":
            call(delete_doctor.handler, "doctors/delete_doctor", path=path)
        else:
            call(update_doctor.handler, "doctors/update_doctor", path=path, body=body)

    with before_call("TransactWriteItems", close):
        answers = [create(made, patient), create(made, patient)]
    for answer in answers:
        assert (answer["statusCode"], pointers(answer)) == (422, ["/doctor_id"])


def test_a_doctor_makes_appointments_of_its_own(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    other, others = doctor_and_patient()
    token = logged_in(made["contact_email"])
    assert create(made, patient, token=token)["statusCode"] == 201
    answer = create(other, others, token=token)
    assert (answer["statusCode"], pointers(answer)) == (422, ["/doctor_id"])
    assert pointers(create(made, others, token=token)) == ["/patient_id"]


def test_who_may_make_appointments(aws: botocore.session.Session) -> None:
    place = institution()
    made, patient = doctor_and_patient(institution_id=place["id"])
    assert create(made, patient, token=logged_in(add_user("staff", ["directory"]).email))["statusCode"] == 201
    for email in (place["contact_email"], patient.profile["contact_email"], add_user("staff", ["support"]).email):
        assert create(made, patient, token=logged_in(email))["statusCode"] == 403
    stranger = logged_in(add_user("admin", tenant="other").email)
    assert pointers(create(made, patient, token=stranger)) == ["/doctor_id"]


def test_a_repeat_with_its_key_makes_no_second_one_though_the_first_call_died(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    body = {"doctor_id": made["id"], "patient_id": patient.person_id, "start": START, "minutes": 30}

    def keyed() -> dict[str, Any]:
        headers = {"Idempotency-Key": "k-1"}
        return call(create_appointment.handler, "appointments/create_appointment", body=body, headers=headers)

    def die() -> None:
        raise Unavailable("the call died")

    with after_call("TransactWriteItems", die):
        assert keyed()["statusCode"] == 503
    changed_patient(patient, doctor_id=doctor()["id"])
    first, again = keyed(), keyed()
    assert (first["statusCode"], again["statusCode"], first["body"]) == (201, 201, again["body"])
    assert len(starts(made["id"])) == 1


@pytest.mark.parametrize("start", [START, "2026-12-01T23:50:00Z"])
def test_the_appointment_of_a_deleted_patient_makes_way_and_is_cancelled(
    aws: botocore.session.Session, start: str
) -> None:
    made, gone = doctor_and_patient()
    displaced = appointment(made, gone, start)
    changed_patient(gone, deleted_at="2026-11-30")
    other = stored_patient(doctor_id=made["id"])
    assert create(made, other, start)["statusCode"] == 201
    assert create(made, stored_patient(doctor_id=made["id"]), start)["statusCode"] == 409
    stored = get_appointment("acme", displaced["id"])
    assert stored is not None
    assert (stored.status, stored.version) == ("cancelled", 2)
    [newest, _] = list_revisions("acme", displaced["id"], None, 20)
    assert (newest["operation"]["S"], newest["by"]["S"]) == ("displaced", "u-1")
    # No day still has its time.
    assert displaced["id"] not in str([*TABLE.query("pk = :pk", {":pk": {"S": f"acme#APPOINTMENTS#{made['id']}"}})])


def test_it_makes_way_wholly_or_not_at_all_if_the_call_dies(aws: botocore.session.Session) -> None:
    made, gone = doctor_and_patient()
    displaced = appointment(made, gone)
    changed_patient(gone, deleted_at="2026-11-30")
    other = stored_patient(doctor_id=made["id"])
    for hook, status in ((before_call, "scheduled"), (after_call, "cancelled")):
        with hook("TransactWriteItems", kill), pytest.raises(Killed):
            create(made, other)
        stored = get_appointment("acme", displaced["id"])
        assert stored is not None
        assert stored.status == status
    assert create(made, other)["statusCode"] == 409


def test_it_does_not_make_way_if_its_patient_is_restored_meanwhile(aws: botocore.session.Session) -> None:
    made, gone = doctor_and_patient()
    displaced = appointment(made, gone)
    deleted = changed_patient(gone, deleted_at="2026-11-30")
    other = stored_patient(doctor_id=made["id"])
    with before_call("TransactWriteItems", lambda: changed_patient(deleted)):
        assert create(made, other)["statusCode"] == 409
    stored = get_appointment("acme", displaced["id"])
    assert stored is not None
    assert stored.status == "scheduled"


def test_a_doctor_who_leaves_the_patients_institution_meanwhile_gets_no_appointment(
    aws: botocore.session.Session,
) -> None:
    clinic = institution()["id"]
    made, patient = doctor(institution_id=clinic), stored_patient(institution_id=clinic)

    def leave() -> None:
        name = "doctors/update_doctor"
        call(update_doctor.handler, name, path={"id": made["id"]}, body={"institution_id": None})

    with before_call("TransactWriteItems", leave):
        answer = create(made, patient)
    assert (answer["statusCode"], pointers(answer)) == (422, ["/patient_id"])
