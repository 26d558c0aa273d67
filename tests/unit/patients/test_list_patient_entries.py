from typing import Any

import botocore.session

from patients import list_patient_entries
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, logged_in
from tests.unit.patients.entries import KINDS, add
from tests.unit.patients.patients import doctor, email, patient, treated


def listed(person_id: str, kind: str = "conditions", token: str = "", **query: str) -> dict[str, Any]:
    name, path = "patients/list_patient_entries", {"id": person_id, "kind": kind}
    return call(list_patient_entries.handler, name, token, path=path, query=query)


def test_those_that_began_last_come_first_and_pages_lead_through_all(aws: botocore.session.Session) -> None:
    made = patient()
    for name, since in (("A", "2020-01-01"), ("B", None), ("C", "2024-01-01"), ("D", "2020-01-01")):
        add(made["id"], name=name, since=since)
    items = listed(made["id"])["json"]["items"]
    assert [each.get("since") for each in items] == ["2024-01-01", "2020-01-01", "2020-01-01", None]
    found, cursor = [], {}
    for _ in range(4):
        page = listed(made["id"], limit="1", **cursor)["json"]
        found += page["items"]
        cursor = {"cursor": page["nextCursor"]}
    assert (found, page["nextCursor"]) == (items, None)
    assert (
        listed(made["id"], "allergies", cursor=listed(made["id"], limit="1")["json"]["nextCursor"])["statusCode"] == 400
    )


def test_a_patient_reads_its_lists_once_the_institution_validated_it(aws: botocore.session.Session) -> None:
    for status, expected in (("validated_by_doctor", 403), ("validated_by_institution", 200), ("full_access", 200)):
        made, token, _ = treated(status)
        assert [listed(made["id"], kind, token)["statusCode"] for kind in KINDS] == [expected] * 4
    other = patient()
    assert listed(other["id"], token=token)["statusCode"] == 404


def test_who_else_reads_them(aws: botocore.session.Session) -> None:
    made, _, token = treated()
    assert listed(made["id"], token=token)["statusCode"] == 200
    for address, status in (
        (email(doctor()), 404),
        (add_user("staff", ["support"]).email, 200),
        (add_user("staff", ["directory", "claims"]).email, 403),
        (add_user("institution").email, 403),
    ):
        assert listed(made["id"], token=logged_in(address))["statusCode"] == status


def test_an_unknown_patient_and_an_unknown_list(aws: botocore.session.Session) -> None:
    assert listed("unknown")["statusCode"] == 404
    assert listed(patient()["id"], "notes")["statusCode"] == 404
