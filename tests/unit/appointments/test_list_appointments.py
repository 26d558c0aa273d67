from typing import Any

import botocore.session
import pytest

from appointments import list_appointments, update_appointment
from appointments.storage import repository
from doctors import update_doctor
from payerworks.aws import client
from tests.unit.appointments.appointments import appointment, doctor_and_patient, pointers
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, changed_patient, institution, logged_in, stored_patient
from tests.unit.interleaving import before_call


def listed(token: str = "", **query: str) -> dict[str, Any]:
    return call(list_appointments.handler, "appointments/list_appointments", token, query=query)


def ids(token: str = "", **query: str) -> list[str]:
    return [each["id"] for each in listed(token, **query)["json"]["items"]]


def fail() -> None:
    raise AssertionError("a list was read")


def at(made: dict[str, Any], patient: Any, *hours: int) -> list[str]:
    return [appointment(made, patient, f"2026-12-01T{hour:02}:00:00Z")["id"] for hour in hours]


def test_appointments_are_listed_by_start_in_pages_whatever_their_offset(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    late = appointment(made, patient, "2026-12-01T09:00-05:00")["id"]
    early = appointment(made, patient, "2026-12-01T10:00+09:00")["id"]
    middle = appointment(made, patient, "2026-12-01T09:00Z")["id"]
    first = listed(limit="2")["json"]
    second = listed(limit="2", cursor=first["nextCursor"])["json"]
    assert [each["id"] for page in (first, second) for each in page["items"]] == [early, middle, late]
    assert second["nextCursor"] is None
    assert listed(limit="2", status="cancelled", cursor=first["nextCursor"])["statusCode"] == 400


def test_filters_must_all_hold(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    other, others = doctor_and_patient()
    second = stored_patient(doctor_id=made["id"])
    one, two = at(made, patient, 8, 9)
    (three,) = at(made, second, 10)
    (four,) = at(other, others, 9)
    body = {"status": "cancelled"}
    call(update_appointment.handler, "appointments/update_appointment", path={"id": two}, body=body)
    assert ids() == [one, *sorted([two, four]), three]
    assert ids(doctor_id=made["id"]) == [one, two, three]
    assert ids(patient_id=second.person_id) == [three]
    assert ids(doctor_id=other["id"], patient_id=second.person_id) == []
    assert ids(doctor_id=made["id"], status="scheduled") == [one, three]
    assert ids(status="cancelled") == [two]
    assert ids(doctor_id="unknown") == []


def test_a_list_of_one_reads_the_appointments_of_no_other(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    own = at(made, patient, 8, 9)
    second = stored_patient(doctor_id=made["id"])
    (of_second,) = at(made, second, 10)
    at(*doctor_and_patient(), 11)
    read: set[str] = set()

    def note(params: dict[str, Any], **_: Any) -> None:
        keys = params["RequestItems"]["DirectoryTable"]["Keys"]
        pks = [key["pk"]["S"] for key in keys]
        read.update(pk.rpartition("#")[2] for pk in pks if "#APPOINTMENT#" in pk)

    events = client("dynamodb").meta.events
    events.register("provide-client-params.dynamodb.BatchGetItem", note)
    try:
        for query, expected in (
            ({"doctor_id": made["id"]}, {*own, of_second}),
            ({"patient_id": second.person_id}, {of_second}),
        ):
            read.clear()
            listed(**query)
            assert read == expected
    finally:
        events.unregister("provide-client-params.dynamodb.BatchGetItem", note)


def test_from_is_within_and_to_is_not(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    one, two, three = at(made, patient, 8, 9, 10)
    query = {"doctor_id": made["id"]}
    assert ids(**query, **{"from": "2026-12-01T09:00:00Z"}) == [two, three]
    assert ids(**query, to="2026-12-01T09:00:00Z") == [one]
    assert ids(**query, **{"from": "2026-12-01T10:00:00+01:00", "to": "2026-12-01T05:00:00-05:00"}) == [two]
    # DynamoDB refuses a range that ends before it begins.
    with before_call("Query", fail, times=9):
        assert ids(**{"from": "2026-12-01T10:00:00Z", "to": "2026-12-01T09:00:00Z"}) == []
    page = listed(limit="1", to="2026-12-01T10:00Z")["json"]
    assert [each["id"] for each in page["items"]] == [one]
    assert ids(limit="1", to="2026-12-01T10:00Z", cursor=page["nextCursor"]) == [two]


def test_broken_filters_are_named_at_once(aws: botocore.session.Session) -> None:
    answer = listed(**{"from": "2026-12-01", "to": "soon", "status": "late", "limit": "101", "color": "red"})
    assert answer["statusCode"] == 400
    assert {*pointers(answer)} == {"/from", "/to", "/status", "/limit", "/color"}


def test_a_doctor_lists_its_own_with_patients_whom_it_sees(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    other, others = doctor_and_patient()
    moved = stored_patient(doctor_id=made["id"])
    kept = at(made, patient, 8)
    hidden = at(made, moved, 9)
    at(other, others, 8)
    token = logged_in(made["contact_email"])
    assert ids(token) == ids(token, doctor_id=made["id"]) == [*kept, *hidden]
    changed_patient(moved, doctor_id=other["id"])
    assert ids(token) == kept
    assert ids(token, patient_id=patient.person_id) == kept
    for query in ({"patient_id": moved.person_id}, {"patient_id": "unknown"}, {"doctor_id": other["id"]}):
        # No list is read, so the time of an answer tells nothing.
        with before_call("Query", fail, times=9):
            assert listed(token, **query)["json"] == {"items": [], "nextCursor": None}
    changed_patient(patient, deleted_at="2026-01-01")
    assert ids(token) == []


def test_a_patient_lists_its_own(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    at(made, stored_patient(doctor_id=made["id"]), 8)
    own = at(made, patient, 9)
    token = logged_in(patient.profile["contact_email"])
    assert ids(token) == ids(token, doctor_id=made["id"]) == own
    assert ids(token, patient_id="unknown") == ids(token, doctor_id="unknown") == []
    assert ids(logged_in(add_user("patient").email)) == []


def test_an_institution_lists_those_of_one_of_its_doctors(aws: botocore.session.Session) -> None:
    place, elsewhere = institution(), institution()
    made, patient = doctor_and_patient(institution_id=place["id"])
    other, others = doctor_and_patient()
    own = at(made, patient, 8)
    at(other, others, 8)
    token = logged_in(place["contact_email"])
    assert ids(token, doctor_id=made["id"]) == own
    assert ids(token, doctor_id=other["id"]) == ids(token, doctor_id="unknown") == []
    answer = listed(token)
    assert (answer["statusCode"], pointers(answer)) == (400, ["/doctor_id"])
    body = {"institution_id": elsewhere["id"]}
    call(update_doctor.handler, "doctors/update_doctor", path={"id": made["id"]}, body=body)
    assert ids(token, doctor_id=made["id"]) == []


def test_staff_lists_all_of_its_tenant(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    own = at(made, patient, 8)
    for roles in (["directory"], ["support"]):
        assert ids(logged_in(add_user("staff", roles).email)) == own
    assert listed(logged_in(add_user("staff", ["claims", "audit"]).email))["statusCode"] == 403
    assert ids(logged_in(add_user("admin", tenant="other").email)) == []


def test_a_page_reads_no_more_than_its_share_of_a_long_list(
    aws: botocore.session.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_READ", 2)
    made, patient = doctor_and_patient()
    *_, last = at(made, patient, 8, 9, 10)
    call(update_appointment.handler, "appointments/update_appointment", path={"id": last}, body={"status": "no_show"})
    page = listed(status="no_show")["json"]
    assert page["items"] == []
    assert ids(status="no_show", cursor=page["nextCursor"]) == [last]


def test_one_that_moves_is_listed_at_its_new_place(aws: botocore.session.Session) -> None:
    made, patient = doctor_and_patient()
    first, second = at(made, patient, 8, 9)
    body = {"start": "2026-12-01T10:00Z"}
    call(update_appointment.handler, "appointments/update_appointment", path={"id": first}, body=body)
    assert ids() == [second, first]
