from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from moto.dynamodb.models import DynamoDBBackend

from claims import create_claims
from intake.registry import repository as registry
from intake.registry.registry_rules import StoredVisit, Visit
from patients import get_patient_dashboard, get_patient_record, list_patient_history, update_patient_notes
from payerworks.log import logger
from tests.unit.auth.conftest import add_user
from tests.unit.claims.totals import CLAIM
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.dynamodb_faults import error, injected
from tests.unit.intake.conftest import insert_batch
from tests.unit.patients.entries import KINDS, add
from tests.unit.patients.patients import doctor, email, patient, treated

BREAKING = {"X-Break-Glass": "unconscious in the emergency room"}


def record(person_id: str, token: str = "", **headers: str) -> dict[str, Any]:
    name = "patients/get_patient_record"
    return call(get_patient_record.handler, name, token, path={"id": person_id}, headers=headers)


def history(person_id: str) -> list[dict[str, Any]]:
    name = "patients/list_patient_history"
    items: list[dict[str, Any]] = call(list_patient_history.handler, name, path={"id": person_id})["json"]["items"]
    return items


def visit(number: int, mrn: str) -> StoredVisit:
    return StoredVisit(mrn, Visit(f"V-{number}", f"2026-01-{number:02}", "checkup"), "job#1")


def test_all_that_is_known_of_a_patient(aws: botocore.session.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DynamoDBBackend, "batch_execute_statement", insert_batch)
    made, token, of_doctor = treated("full_access", mrn="M-1")
    entries = {kind: add(made["id"], kind)["json"] for kind in KINDS}
    registry.write_visits("acme", [visit(1, "M-1"), visit(2, "M-1"), visit(3, "M-2")], {})
    name, path = "patients/update_patient_notes", {"id": made["id"]}
    notes = call(update_patient_notes.handler, name, of_doctor, path=path, body={"notes": "Sleeps badly."})["json"]
    seen = record(made["id"], token)["json"]
    assert seen["profile"] == made | {"validation_status": "full_access", "updated_at": seen["profile"]["updated_at"]}
    for kind, entry in entries.items():
        assert seen[kind.replace("-", "_")] == [entry]
    assert seen["notes"] == notes
    assert [each["visit_account_number"] for each in seen["visits"]] == ["V-2", "V-1"]
    assert seen["visits_count"] == 2
    assert "claims" not in seen


def test_the_claims_are_for_those_who_may_list_claims(aws: botocore.session.Session) -> None:
    number = CLAIM["subscriber_number"]
    made, of_patient, of_doctor = treated("full_access", subscriber_number=number)
    call(create_claims.handler, "claims/create_claims", body=[CLAIM, CLAIM | {"subscriber_number": "1"}])
    for token in (of_patient, of_doctor):
        assert "claims" not in record(made["id"], token)["json"]
    for token in ("", logged_in(add_user("staff", ["support"]).email)):
        assert [each["subscriber_number"] for each in record(made["id"], token)["json"]["claims"]] == [number]
    assert record(patient()["id"])["json"]["claims"] == []


def test_a_patient_without_mrn_has_no_visits_and_without_notes_none(aws: botocore.session.Session) -> None:
    seen = record(patient()["id"])["json"]
    assert (seen["visits"], seen["visits_count"], seen["notes"]) == ([], 0, None)


def test_who_reads_it(aws: botocore.session.Session) -> None:
    made, _, of_doctor = treated("validated_by_institution")
    assert record(made["id"], of_doctor)["statusCode"] == 200
    for address, status in (
        (made["contact_email"], 403),
        (email(doctor()), 404),
        (add_user("staff", ["support"]).email, 200),
        (add_user("staff", ["directory", "claims", "intake"]).email, 403),
        (institution()["contact_email"], 403),
    ):
        assert record(made["id"], logged_in(address))["statusCode"] == status
    assert record("unknown")["statusCode"] == 404


def test_the_glass_stays_whole_unless_the_stack_allows_it(aws: botocore.session.Session) -> None:
    made = patient()
    answer = record(made["id"], logged_in(email(doctor())), **BREAKING)
    assert answer["statusCode"] == 404
    assert "break_glass" not in answer["json"]
    assert len(history(made["id"])) == 1


@pytest.fixture
def breakable(aws: botocore.session.Session, environment: Callable[..., None]) -> None:
    environment(BREAK_GLASS="true")


def test_a_doctor_who_breaks_the_glass_is_in_the_history_and_in_the_log(
    breakable: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, stranger = patient(), doctor()
    token = logged_in(email(stranger))
    lines: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(logger(), "warning", lambda message, extra: lines.append((message, extra)))
    assert record(made["id"], token)["statusCode"] == 404
    answer = record(made["id"], token, **BREAKING)
    name, path = "patients/get_patient_dashboard", {"id": made["id"]}
    assert call(get_patient_dashboard.handler, name, token, path=path, headers=BREAKING)["statusCode"] == 200
    assert (answer["statusCode"], answer["json"]["profile"]["id"]) == (200, made["id"])
    told = [(each["operation"], each["reason"], each["by"], each["changed"]) for each in history(made["id"])]
    assert told[:2] == [("break_glass", BREAKING["X-Break-Glass"], stranger.user_id, [])] * 2
    assert [message for message, _ in lines] == ["break glass"] * 2
    assert {name for _, extra in lines for name in extra} == {"request_id", "user_id", "route"}
    assert made["id"] not in repr(lines)


def test_a_doctor_learns_that_a_reason_would_help_and_not_whether_the_patient_exists(breakable: None) -> None:
    token, known = logged_in(email(doctor())), patient()["id"]
    without_reason = [record(each, token) for each in (known, "unknown")]
    assert [answer["json"]["break_glass"] for answer in without_reason] == [True, True]
    assert "break_glass" not in record("unknown")["json"]
    assert "break_glass" not in record("unknown", token, **BREAKING)["json"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("UTF-8''fi%C3%A8vre%20%E2%80%93%2040%C2%B0", "fièvre – 40°"),
        ("utf-8''no%20pulse", "no pulse"),
        ("100%25 of the skin", "100%25 of the skin"),
    ],
)
def test_a_reason_may_be_in_any_script(breakable: None, sent: str, kept: str) -> None:
    made = patient()
    assert record(made["id"], logged_in(email(doctor())), **{"X-Break-Glass": sent})["statusCode"] == 200
    assert history(made["id"])[0]["reason"] == kept


def test_nothing_is_read_if_the_history_cannot_be_written(breakable: None) -> None:
    made = patient()
    token = logged_in(email(doctor()))
    with injected() as faults:
        faults.last(error("ThrottlingException"), "TransactWriteItems", 0)
        answer = record(made["id"], token, **BREAKING)
    assert answer["statusCode"] == 503
    assert "profile" not in answer["json"]


def test_a_reason_is_needed_and_a_doctor_and_a_patient(breakable: None) -> None:
    made = patient()
    token = logged_in(email(doctor()))
    for reason in (" ", "x" * 501, "UTF-8''%FF", "UTF-8''"):
        assert record(made["id"], token, **{"X-Break-Glass": reason})["statusCode"] == 400
    assert record("unknown", token, **BREAKING)["statusCode"] == 404
    other, of_other, of_doctor = treated("full_access")
    assert record(made["id"], of_other, **BREAKING)["statusCode"] == 404
    assert record(made["id"], logged_in(add_user("doctor").email), **BREAKING)["statusCode"] == 404
    before = len(history(other["id"]))
    assert record(other["id"], of_doctor, **BREAKING)["statusCode"] == 200
    assert len(history(other["id"])) == before
