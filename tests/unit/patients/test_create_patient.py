from datetime import timedelta
from typing import Any

import botocore.session
import pytest

from auth.users import repository as users
from directory.people.people_list import PersonFilter, list_people
from patients import create_patient
from payerworks.days import latest_today
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.interleaving import before_call
from tests.unit.patients.patients import create, doctor, faults, new_patient, patient


def test_a_patient_is_made_with_a_user_who_can_log_in(aws: botocore.session.Session) -> None:
    own = doctor()
    answer = create(doctor_id=own.person_id, mrn="M-1", subscriber_number="3730189502")
    made = answer["json"]
    assert answer["statusCode"] == 201
    assert (answer["headers"]["Location"], answer["headers"]["ETag"]) == (f"patients/{made['id']}", '"1"')
    assert (made["validation_status"], made["mrn"]) == ("pending", "M-1")
    assert "password" not in made
    assert logged_in(made["contact_email"])
    user = users.get_user("acme", made["user_id"])
    assert user is not None
    assert (user.user_type, user.reference_id) == ("patient", made["id"])


def test_a_patient_has_a_doctor_an_institution_or_both(aws: botocore.session.Session) -> None:
    own, clinic = doctor(), institution()
    for relations in ({"doctor_id": own.person_id}, {"institution_id": clinic["id"]}):
        assert create(**relations)["statusCode"] == 201
    assert create(doctor_id=own.person_id, institution_id=clinic["id"])["statusCode"] == 201
    answer = create()
    assert (answer["statusCode"], set(faults(answer))) == (400, {"/doctor_id", "/institution_id"})


@pytest.mark.parametrize("given", ["emergency_contact_name", "emergency_contact_phone"])
def test_half_an_emergency_contact_is_refused_at_the_other_half(aws: botocore.session.Session, given: str) -> None:
    halves = {"emergency_contact_name": "Bob", "emergency_contact_phone": "+14155550123"}
    answer = create(institution_id=institution()["id"], **{given: halves.pop(given)})
    assert (answer["statusCode"], set(faults(answer))) == (400, {f"/{name}" for name in halves})


def test_each_broken_member_is_named_at_once(aws: botocore.session.Session) -> None:
    answer = create(
        first_name="",
        last_name=7,
        date_of_birth="1899-12-31",
        contact_email="none",
        emergency_contact_phone="555-0123",
        mrn="",
        password="short",
        validation_status="full_access",
        health_profile={"height_cm": 19.9, "weight_kg": 700.5, "blood_type": "C", "smoking_years": -1, "shoe": 44},
    )
    assert answer["statusCode"] == 400
    assert set(faults(answer)) == {
        *("/first_name", "/last_name", "/date_of_birth", "/contact_email", "/emergency_contact_phone", "/mrn"),
        *("/password", "/validation_status", "/doctor_id", "/institution_id", "/emergency_contact_name"),
        *("/health_profile/height_cm", "/health_profile/weight_kg", "/health_profile/blood_type"),
        *("/health_profile/smoking_years", "/health_profile/shoe"),
    }


def test_bounds_of_what_is_measured(aws: botocore.session.Session) -> None:
    clinic = institution()["id"]
    today = latest_today()
    for members, status in (
        ({"date_of_birth": "1900-01-01"}, 201),
        ({"date_of_birth": str(today)}, 201),
        ({"date_of_birth": str(today + timedelta(days=1))}, 400),
        ({"date_of_birth": "14.2.1990"}, 400),
        ({"date_of_birth": "1990-02-14T00:00:00"}, 400),
        ({"date_of_birth": 0}, 400),
        ({"health_profile": {"height_cm": 20, "weight_kg": 1}}, 201),
        ({"health_profile": {"height_cm": 300, "weight_kg": 700.0}}, 201),
        ({"health_profile": {"smoking_years": 0, "physical_activity_minutes_weekly": 0}}, 201),
        ({"health_profile": {"smoking_years": 120, "physical_activity_minutes_weekly": 10_080}}, 201),
        ({"health_profile": {"smoking_years": 121}}, 400),
        ({"health_profile": {"weight_kg": 700.1}}, 400),
        ({"health_profile": {"height_cm": 300.1}}, 400),
        ({"health_profile": {"weight_kg": 0.9}}, 400),
        ({"health_profile": {"height_cm": "180"}}, 400),
        ({"health_profile": {"physical_activity_minutes_weekly": 10081}}, 400),
    ):
        assert create(institution_id=clinic, **members)["statusCode"] == status, members


def test_who_is_not_there_is_422_at_the_member(aws: botocore.session.Session) -> None:
    closed = institution(is_active=False)["id"]
    for members, pointer in (
        ({"doctor_id": "nobody"}, "/doctor_id"),
        ({"institution_id": "nowhere"}, "/institution_id"),
        ({"institution_id": closed, "doctor_id": doctor().person_id}, "/institution_id"),
    ):
        answer = create(**members)
        assert (answer["statusCode"], [*faults(answer)]) == (422, [pointer])


def test_mrn_and_email_are_taken_once(aws: botocore.session.Session) -> None:
    made = patient(mrn="M-7")
    clinic = institution()["id"]
    taken = create(institution_id=clinic, mrn="m-7")
    assert (taken["statusCode"], faults(taken)) == (409, {"/mrn": "is taken"})
    taken = create(institution_id=clinic, contact_email=made["contact_email"].upper())
    assert (taken["statusCode"], [*faults(taken)]) == (409, ["/contact_email"])


def test_of_creations_side_by_side_one_wins_and_leaves_nothing_of_the_others(aws: botocore.session.Session) -> None:
    body = new_patient(institution_id=institution()["id"])
    statuses: list[int] = []

    def other() -> None:
        statuses.append(call(create_patient.handler, "patients/create_patient", body=body)["statusCode"])

    with before_call("TransactWriteItems", other):
        other()
    assert sorted(statuses) == [201, 409]
    page = list_people("acme", "patient", PersonFilter({}), None, 10)
    assert len(page.people) == 1


def test_a_repeat_with_its_key_makes_no_second_patient(aws: botocore.session.Session) -> None:
    body, headers = new_patient(institution_id=institution()["id"]), {"Idempotency-Key": "k-1"}
    first, again = (
        call(create_patient.handler, "patients/create_patient", body=body, headers=headers) for _ in range(2)
    )
    assert (first["statusCode"], first["json"]) == (again["statusCode"], again["json"])
    assert again["headers"]["Idempotency-Replayed"] == "true"


def test_only_the_directorys_staff_make_patients(aws: botocore.session.Session) -> None:
    own = doctor()
    expected: list[tuple[Any, list[str], int]] = [
        ("staff", ["directory"], 201),
        ("staff", ["support", "claims", "intake"], 403),
        ("doctor", [], 403),
        ("institution", [], 403),
        ("patient", [], 403),
    ]
    for user_type, roles, status in expected:
        token = logged_in(add_user(user_type, roles).email)
        body = new_patient(doctor_id=own.person_id)
        assert call(create_patient.handler, "patients/create_patient", token, body=body)["statusCode"] == status
