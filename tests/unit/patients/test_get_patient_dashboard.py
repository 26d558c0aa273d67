from typing import Any

import botocore.session

from appointments import update_appointment
from patients import get_patient_dashboard
from tests.unit.appointments.appointments import appointment
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, logged_in, stored_patient
from tests.unit.directory.people import doctor as doctor_answer
from tests.unit.patients.entries import add
from tests.unit.patients.patients import doctor, email, patient, treated, update


def dashboard(person_id: str, token: str = "") -> dict[str, Any]:
    return call(get_patient_dashboard.handler, "patients/get_patient_dashboard", token, path={"id": person_id})


def test_a_patient_at_a_glance(aws: botocore.session.Session) -> None:
    health = {"height_cm": 170, "weight_kg": 72.25, "is_smoker": True, "physical_activity_minutes_weekly": 80}
    made, token, _ = treated("validated_by_doctor", health_profile=health)
    condition = add(made["id"])["json"]
    add(made["id"], name="Sprain", until="2024-06-01")
    medication = add(made["id"], "medications", code_system="RxNorm", code="197361", until="9999-01-01")["json"]
    add(made["id"], "allergies", code_system=None, code=None)
    seen = dashboard(made["id"], token)["json"]
    assert (seen["patient_id"], seen["age"] >= 36) == (made["id"], True)
    assert (seen["bmi"], seen["bmi_class"]) == (25.0, "pre_obesity")
    assert (seen["conditions"], seen["medications"]) == ([condition], [medication])
    assert seen["next_appointment"] is None
    points = {"start": 100, "conditions": -10, "medications": -5, "smoking": -15, "alcohol": 0, "activity": 5}
    assert {each["name"]: each["points"] for each in seen["health_score_parts"]} == points
    assert seen["health_score"] == 75


def test_the_next_appointment_is_the_first_one_to_come_that_is_still_scheduled(aws: botocore.session.Session) -> None:
    made = doctor_answer()
    person = stored_patient(doctor_id=made["id"], date_of_birth="1990-02-14")
    appointment(made, person, "2098-01-03T09:00:00Z")
    wanted = appointment(made, person, "2098-01-02T09:00:00Z")
    cancelled = appointment(made, person, "2098-01-01T09:00:00Z")
    path = {"id": cancelled["id"]}
    call(update_appointment.handler, "appointments/update_appointment", path=path, body={"status": "cancelled"})
    assert dashboard(person.person_id)["json"]["next_appointment"] == wanted


def test_without_height_and_weight_there_is_no_index(aws: botocore.session.Session) -> None:
    made = patient()
    for health in ({"height_cm": 170}, {"weight_kg": 70}, None):
        update(made["id"], health_profile=health)
        seen = dashboard(made["id"])["json"]
        assert (seen["bmi"], seen["bmi_class"], seen["health_score"]) == (None, None, 100)


def test_who_sees_it(aws: botocore.session.Session) -> None:
    made, of_patient, of_doctor = treated("validated_by_doctor")
    pending, of_pending, _ = treated()
    assert dashboard(made["id"], of_doctor)["statusCode"] == 200
    assert dashboard(pending["id"], of_pending)["statusCode"] == 403
    assert dashboard(pending["id"], of_patient)["statusCode"] == 404
    for address, status in (
        (email(doctor()), 404),
        (add_user("staff", ["support"]).email, 200),
        (add_user("staff", ["directory", "claims"]).email, 403),
        (add_user("institution").email, 403),
    ):
        assert dashboard(made["id"], logged_in(address))["statusCode"] == status
    assert dashboard("unknown")["statusCode"] == 404
