from typing import Any

import botocore.session

from auth import update_user
from patients import delete_patient, restore_patient
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, context_of, logged_in
from tests.unit.patients.patients import patient, treated


def restore(person_id: str, token: str = "") -> dict[str, Any]:
    return call(restore_patient.handler, "patients/restore_patient", token, path={"id": person_id})


def test_all_is_as_before_the_deletion_the_validation_too(aws: botocore.session.Session) -> None:
    made, _, _ = treated("full_access")
    rights = (context_of(logged_in(made["contact_email"])) or {})["rights"]
    call(delete_patient.handler, "patients/delete_patient", path={"id": made["id"]})
    answer = restore(made["id"])
    assert answer["json"] == made | {"updated_at": answer["json"]["updated_at"], "validation_status": "full_access"}
    assert (context_of(logged_in(made["contact_email"])) or {})["rights"] == rights


def test_who_may_restore_and_what_is_not_deleted(aws: botocore.session.Session) -> None:
    made = patient()
    assert restore(made["id"])["statusCode"] == 409
    assert restore("unknown")["statusCode"] == 404
    assert restore(made["id"], logged_in(add_user("staff", ["directory"]).email))["statusCode"] == 403


def test_a_user_who_was_disabled_before_the_deletion_stays_so(aws: botocore.session.Session) -> None:
    made = patient()
    path = {"id": made["user_id"]}
    call(update_user.handler, "auth/update_user", path=path, body={"active": False})
    call(delete_patient.handler, "patients/delete_patient", path={"id": made["id"]})
    assert restore(made["id"])["statusCode"] == 200
    assert logged_in(made["contact_email"]) == ""
    call(update_user.handler, "auth/update_user", path=path, body={"active": True})
    call(delete_patient.handler, "patients/delete_patient", path={"id": made["id"]})
    restore(made["id"])
    assert logged_in(made["contact_email"])
