from typing import Any

import botocore.session

from auth import update_user
from doctors import delete_doctor, get_doctor, list_doctors, restore_doctor
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, doctor, logged_in


def restore(person_id: str, token: str = "") -> dict[str, Any]:
    return call(restore_doctor.handler, "doctors/restore_doctor", token, path={"id": person_id})


def test_all_is_as_before_the_deletion(aws: botocore.session.Session) -> None:
    made = doctor()
    call(delete_doctor.handler, "doctors/delete_doctor", path={"id": made["id"]})
    answer = restore(made["id"])
    assert answer["json"] == made | {"updated_at": answer["json"]["updated_at"]}
    assert call(get_doctor.handler, "doctors/get_doctor", path={"id": made["id"]})["statusCode"] == 200
    page = call(list_doctors.handler, "doctors/list_doctors")["json"]
    assert [each["id"] for each in page["items"]] == [made["id"]]
    assert logged_in(made["contact_email"])


def set_active(made: dict[str, Any], *, active: bool) -> dict[str, Any]:
    return call(update_user.handler, "auth/update_user", path={"id": made["user_id"]}, body={"active": active})


def test_the_account_of_a_deleted_doctor_is_not_enabled_by_itself(aws: botocore.session.Session) -> None:
    made = doctor()
    call(delete_doctor.handler, "doctors/delete_doctor", path={"id": made["id"]})
    assert [set_active(made, active=active)["statusCode"] for active in (True, False)] == [409, 409]
    assert not logged_in(made["contact_email"])
    restore(made["id"])
    assert [set_active(made, active=active)["statusCode"] for active in (False, True)] == [200, 200]
    assert logged_in(made["contact_email"])


def test_an_account_that_was_disabled_before_the_deletion_stays_so(aws: botocore.session.Session) -> None:
    made = doctor()
    set_active(made, active=False)
    call(delete_doctor.handler, "doctors/delete_doctor", path={"id": made["id"]})
    assert restore(made["id"])["statusCode"] == 200
    assert not logged_in(made["contact_email"])
    set_active(made, active=True)
    assert logged_in(made["contact_email"])


def test_what_is_not_deleted_or_does_not_exist(aws: botocore.session.Session) -> None:
    assert restore(doctor()["id"])["statusCode"] == 409
    assert restore("unknown")["statusCode"] == 404


def test_only_an_administrator_undoes_a_deletion(aws: botocore.session.Session) -> None:
    made = doctor()
    call(delete_doctor.handler, "doctors/delete_doctor", path={"id": made["id"]})
    clerk = logged_in(add_user("staff", ["directory", "support"]).email)
    assert restore(made["id"], clerk)["statusCode"] == 403
    stranger = logged_in(add_user("admin", tenant="other").email)
    assert restore(made["id"], stranger)["statusCode"] == 404
