from typing import Any

import botocore.session
import pytest

from auth.users.rights import FROM_STATUS, ROUTES
from patients import delete_patient, list_patient_history
from payerworks.errors import Unavailable
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, context_of, institution, logged_in
from tests.unit.interleaving import after_call, before_call
from tests.unit.patients.patients import STEPS, doctor, email, faults, move_doctor, patient, treated, validate


def rights(token: str) -> set[str]:
    return set((context_of(token) or {})["rights"].split(","))


def test_each_step_is_taken_by_the_right_person_with_a_reason(aws: botocore.session.Session) -> None:
    clinic, own = institution(), doctor()
    made = patient(doctor_id=own.person_id, institution_id=clinic["id"])
    staff = add_user("staff", ["directory"])
    callers = [logged_in(email(own)), logged_in(clinic["contact_email"]), logged_in(staff.email)]
    for number, (step, token) in enumerate(zip(STEPS, callers, strict=True)):
        answer = validate(made["id"], step, token, reason=f"reason {number}")
        assert (answer["statusCode"], answer["json"]["validation_status"]) == (200, step)
        assert answer["headers"]["ETag"] == f'"{number + 2}"'
    path = {"id": made["id"]}
    items = call(list_patient_history.handler, "patients/list_patient_history", path=path)["json"]["items"]
    assert [(each["operation"], each["reason"], each["changed"]) for each in items[:3]] == [
        ("validated", f"reason {number}", ["validation_status"]) for number in (2, 1, 0)
    ]
    assert [each["by"] for each in items[:2]] == [staff.user_id, clinic["user_id"]]


def test_anothers_step_is_403(aws: botocore.session.Session) -> None:
    clinic = institution()
    own, colleague = doctor(institution_id=clinic["id"]), doctor(institution_id=clinic["id"])
    made = patient(doctor_id=own.person_id, institution_id=clinic["id"])
    by_doctor, by_colleague = logged_in(email(own)), logged_in(email(colleague))
    by_clinic, by_staff = logged_in(clinic["contact_email"]), logged_in(add_user("staff", ["directory"]).email)
    for step, theirs in zip(STEPS, ([by_doctor], [by_clinic], [by_staff, ""]), strict=True):
        for token in {by_doctor, by_colleague, by_clinic, by_staff, ""} - set(theirs):
            assert validate(made["id"], step, token)["statusCode"] == 403
        assert validate(made["id"], step, theirs[0])["statusCode"] == 200


def test_a_skipped_step_and_one_backwards_are_409(aws: botocore.session.Session) -> None:
    clinic, own = institution(), doctor()
    made = patient(doctor_id=own.person_id, institution_id=clinic["id"])
    by_doctor, by_clinic = logged_in(email(own)), logged_in(clinic["contact_email"])
    assert validate(made["id"], "full_access")["statusCode"] == 409
    assert validate(made["id"], "validated_by_institution", by_clinic)["statusCode"] == 409
    assert validate(made["id"], "validated_by_doctor", by_doctor)["statusCode"] == 200
    assert validate(made["id"], "validated_by_doctor", by_doctor)["statusCode"] == 409
    assert validate(made["id"], "validated_by_institution", by_clinic)["statusCode"] == 200
    assert validate(made["id"], "validated_by_doctor", by_doctor)["statusCode"] == 409


def test_without_a_doctor_one_of_the_institution_validates(aws: botocore.session.Session) -> None:
    clinic = institution()
    made = patient(institution_id=clinic["id"])
    assert validate(made["id"], "validated_by_doctor", logged_in(email(doctor())))["statusCode"] == 404
    of_clinic = logged_in(email(doctor(institution_id=clinic["id"])))
    assert validate(made["id"], "validated_by_doctor", of_clinic)["statusCode"] == 200


def test_without_an_institution_that_of_the_doctor_validates(aws: botocore.session.Session) -> None:
    clinic, other = institution(), institution()
    own = doctor(institution_id=clinic["id"])
    made = patient(doctor_id=own.person_id)
    validate(made["id"], "validated_by_doctor", logged_in(email(own)))
    assert validate(made["id"], "validated_by_institution")["statusCode"] == 403
    assert validate(made["id"], "validated_by_institution", logged_in(other["contact_email"]))["statusCode"] == 404
    assert validate(made["id"], "validated_by_institution", logged_in(clinic["contact_email"]))["statusCode"] == 200


def test_who_has_the_patient_no_more_at_the_commit_validates_nothing(aws: botocore.session.Session) -> None:
    clinic, other = institution(), institution()
    own = doctor(institution_id=clinic["id"])
    without_doctor, without_institution = patient(institution_id=clinic["id"]), patient(doctor_id=own.person_id)
    by_doctor, by_clinic = logged_in(email(own)), logged_in(clinic["contact_email"])
    validate(without_institution["id"], "validated_by_doctor", by_doctor)
    for made, step, token in (
        (without_doctor, "validated_by_doctor", by_doctor),
        (without_institution, "validated_by_institution", by_clinic),
    ):
        move_doctor(own, institution_id=clinic["id"])
        with before_call("TransactWriteItems", lambda: move_doctor(own, institution_id=other["id"])):
            assert validate(made["id"], step, token)["statusCode"] == 404


def test_a_doctor_who_gets_an_institution_meanwhile_leaves_the_step_to_it(aws: botocore.session.Session) -> None:
    clinic, own = institution(), doctor()
    made = patient(doctor_id=own.person_id)
    validate(made["id"], "validated_by_doctor", logged_in(email(own)))
    with before_call("TransactWriteItems", lambda: move_doctor(own, institution_id=clinic["id"])):
        assert validate(made["id"], "validated_by_institution")["statusCode"] == 403


def test_where_nobody_has_an_institution_the_directory_takes_its_step(aws: botocore.session.Session) -> None:
    own = doctor()
    made = patient(doctor_id=own.person_id)
    validate(made["id"], "validated_by_doctor", logged_in(email(own)))
    assert validate(made["id"], "validated_by_institution")["statusCode"] == 200


def test_what_a_patient_may_call_follows_at_the_next_call(aws: botocore.session.Session) -> None:
    clinic, own = institution(), doctor()
    made = patient(doctor_id=own.person_id, institution_id=clinic["id"])
    token = logged_in(made["contact_email"])
    begun = rights(token)
    assert begun == {route for route, groups in ROUTES.items() if "patient" in groups and route not in FROM_STATUS}
    for step, by in zip(STEPS, (logged_in(email(own)), logged_in(clinic["contact_email"]), ""), strict=True):
        before = rights(token)
        assert validate(made["id"], step, by)["statusCode"] == 200
        assert rights(token) - before == {route for route in rights(token) if FROM_STATUS.get(route) == step}
        assert rights(token) == rights(logged_in(made["contact_email"]))
    assert rights(token) == {route for route, groups in ROUTES.items() if "patient" in groups}


def test_patients_and_support_validate_nobody(aws: botocore.session.Session) -> None:
    made = patient()
    for address in (made["contact_email"], add_user("staff", ["support", "claims"]).email):
        assert validate(made["id"], "validated_by_doctor", logged_in(address))["statusCode"] == 403


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"status": "pending"}, ["/status"]),
        ({"status": "done", "reason": "x" * 501, "by": "me"}, ["/status", "/reason", "/by"]),
        ({"status": None}, ["/status"]),
    ],
)
def test_each_fault_of_a_step_is_named(aws: botocore.session.Session, body: Any, pointers: list[str]) -> None:
    answer = validate("unknown", **body)
    assert (answer["statusCode"], [*faults(answer)]) == (400, pointers)


def test_an_unknown_or_deleted_patient(aws: botocore.session.Session) -> None:
    made = patient()
    call(delete_patient.handler, "patients/delete_patient", path={"id": made["id"]})
    for person_id in ("unknown", made["id"]):
        assert validate(person_id, "full_access")["statusCode"] == 404


def test_of_two_steps_at_once_one_takes_place(aws: botocore.session.Session) -> None:
    own = doctor()
    made = patient(doctor_id=own.person_id)
    token = logged_in(email(own))
    step = "validated_by_doctor"
    with before_call("TransactWriteItems", lambda: validate(made["id"], step, token)):
        assert validate(made["id"], step, token)["statusCode"] == 409


def test_a_login_that_crosses_a_step_ends_with_the_new_rights(aws: botocore.session.Session) -> None:
    own = doctor()
    made = patient(doctor_id=own.person_id)
    by = logged_in(email(own))
    tokens: list[str] = []
    with before_call("TransactWriteItems", lambda: tokens.append(logged_in(made["contact_email"]))):
        assert validate(made["id"], "validated_by_doctor", by)["statusCode"] == 200
    assert "GET /api/v1/patients/{id}/dashboard" in rights(tokens[0])


def test_a_repeat_with_its_key_answers_again_also_after_a_lost_answer(aws: botocore.session.Session) -> None:
    own = doctor()
    made = patient(doctor_id=own.person_id)
    token, step, key = logged_in(email(own)), "validated_by_doctor", {"Idempotency-Key": "k-1"}

    def fail() -> None:
        raise Unavailable("the answer is lost")

    with after_call("TransactWriteItems", fail):
        assert validate(made["id"], step, token, headers=key)["statusCode"] == 503
    for _ in range(2):
        answer = validate(made["id"], step, token, headers=key)
        assert (answer["statusCode"], answer["json"]["validation_status"]) == (200, step)


def test_if_match_guards_a_step(aws: botocore.session.Session) -> None:
    own = doctor()
    made = patient(doctor_id=own.person_id)
    token, step = logged_in(email(own)), "validated_by_doctor"
    assert validate(made["id"], step, token, headers={"If-Match": '"7"'})["statusCode"] == 412
    assert validate(made["id"], step, token, headers={"If-Match": '"1"'})["statusCode"] == 200


def test_treated_patients_of_the_tests_reach_their_status(aws: botocore.session.Session) -> None:
    _, token, _ = treated("validated_by_institution")
    assert "GET /api/v1/patients/{id}/care-team" in rights(token)


def test_an_institution_that_loses_the_doctor_meanwhile_takes_no_step(aws: botocore.session.Session) -> None:
    clinic = institution()
    own = doctor(institution_id=clinic["id"])
    made = patient(doctor_id=own.person_id)
    assert validate(made["id"], "validated_by_doctor", logged_in(email(own)))["statusCode"] == 200
    token = logged_in(clinic["contact_email"])
    with before_call("TransactWriteItems", lambda: move_doctor(own, institution_id=None)):
        assert validate(made["id"], "validated_by_institution", token)["statusCode"] == 404
