from typing import Any

import botocore.session

from institutions import delete_institution, get_institution_counts, restore_institution, update_institution
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, institution, logged_in


def counts(token: str = "") -> dict[str, Any]:
    answer = call(get_institution_counts.handler, "institutions/get_institution_counts", token)
    assert answer["statusCode"] == 200
    told: dict[str, Any] = answer["json"]
    return told


def of(told: dict[str, Any]) -> dict[tuple[str, str | None], int]:
    return {(each["institution_type"], each["region"]): each["count"] for each in told["items"]}


def test_institutions_are_counted_by_type_and_region_through_all_changes(aws: botocore.session.Session) -> None:
    assert counts() == {"total": 0, "items": []}
    made = [institution(institution_type=kind, region="North") for kind in ("clinic", "clinic", "insurer")]
    path = {"id": made[0]["id"]}
    assert of(counts()) == {("clinic", "North"): 2, ("insurer", "North"): 1}
    call(update_institution.handler, "institutions/update_institution", path=path, body={"region": None})
    call(update_institution.handler, "institutions/update_institution", path=path, body={"name": "Other"})
    assert of(counts()) == {("clinic", None): 1, ("clinic", "North"): 1, ("insurer", "North"): 1}
    call(delete_institution.handler, "institutions/delete_institution", path=path)
    assert (counts()["total"], of(counts()).get(("clinic", None))) == (2, None)
    call(restore_institution.handler, "institutions/restore_institution", path=path)
    assert counts()["total"] == 3


def test_each_tenant_counts_its_own(aws: botocore.session.Session) -> None:
    institution()
    assert counts(logged_in(add_user("admin", tenant="other").email))["total"] == 0
