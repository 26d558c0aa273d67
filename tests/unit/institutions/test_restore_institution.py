import contextlib
from collections.abc import Callable
from typing import Any

import botocore.session

from institutions import delete_institution, get_institution, list_institutions, restore_institution
from tests.unit.auth.conftest import add_user
from tests.unit.auth.conftest import clock as clock  # a fixture
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.interleaving import Killed, after_call, kill


def restore(person_id: str, token: str = "") -> dict[str, Any]:
    return call(restore_institution.handler, "institutions/restore_institution", token, path={"id": person_id})


def test_all_is_as_before_the_deletion(aws: botocore.session.Session) -> None:
    made = institution()
    call(delete_institution.handler, "institutions/delete_institution", path={"id": made["id"]})
    answer = restore(made["id"])
    assert answer["json"] == made | {"updated_at": answer["json"]["updated_at"]}
    assert call(get_institution.handler, "institutions/get_institution", path={"id": made["id"]})["statusCode"] == 200
    page = call(list_institutions.handler, "institutions/list_institutions")["json"]
    assert [each["id"] for each in page["items"]] == [made["id"]]
    assert logged_in(made["contact_email"])


def test_a_repeat_with_its_key_is_answered_alike_also_after_a_kill(
    aws: botocore.session.Session, clock: Callable[[float], None]
) -> None:
    for number in range(4):
        made = institution()
        call(delete_institution.handler, "institutions/delete_institution", path={"id": made["id"]})
        ask: dict[str, Any] = {"path": {"id": made["id"]}, "headers": {"Idempotency-Key": f"k-{number}"}}
        with after_call("*", kill, number=number), contextlib.suppress(Killed):
            call(restore_institution.handler, "institutions/restore_institution", **ask)
        clock(31)
        first, again = (call(restore_institution.handler, "institutions/restore_institution", **ask) for _ in range(2))
        assert (first["statusCode"], again["statusCode"], again["json"]) == (200, 200, first["json"])


def test_what_is_not_deleted_or_does_not_exist(aws: botocore.session.Session) -> None:
    assert restore(institution()["id"])["statusCode"] == 409
    assert restore("unknown")["statusCode"] == 404


def test_only_an_administrator_undoes_a_deletion(aws: botocore.session.Session) -> None:
    made = institution()
    call(delete_institution.handler, "institutions/delete_institution", path={"id": made["id"]})
    clerk = logged_in(add_user("staff", ["directory", "support"]).email)
    assert restore(made["id"], clerk)["statusCode"] == 403
    stranger = logged_in(add_user("admin", tenant="other").email)
    assert restore(made["id"], stranger)["statusCode"] == 404
