from typing import Any

import botocore.session

from doctors import delete_doctor, list_doctors
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, doctor, institution, logged_in


def listed(token: str = "", **query: str) -> dict[str, Any]:
    return call(list_doctors.handler, "doctors/list_doctors", token, query=query)


def names(**query: str) -> list[str]:
    return [each["last_name"] for each in listed(**query)["json"]["items"]]


def test_doctors_are_listed_by_last_name_in_pages(aws: botocore.session.Session) -> None:
    for name in ("beta", "Gamma", "Alpha"):
        doctor(last_name=name)
    first = listed(limit="2")["json"]
    second = listed(limit="2", cursor=first["nextCursor"])["json"]
    assert [each["last_name"] for page in (first, second) for each in page["items"]] == ["Alpha", "beta", "Gamma"]
    assert second["nextCursor"] is None


def test_filters_must_all_hold(aws: botocore.session.Session) -> None:
    place = institution()
    doctor(last_name="A", institution_id=place["id"], specialty_id="urology")
    doctor(last_name="B", institution_id=place["id"], professional_status="retired")
    doctor(last_name="C", specialty_id="urology")
    assert names(institution_id=place["id"]) == ["A", "B"]
    assert names(specialty_id="urology") == ["A", "C"]
    assert names(professional_status="retired") == ["B"]
    assert names(institution_id=place["id"], specialty_id="urology") == ["A"]
    assert names(institution_id="unknown") == []
    assert listed(professional_status="tired")["statusCode"] == 400


def test_deleted_doctors_are_listed_apart(aws: botocore.session.Session) -> None:
    place = institution()
    gone, _ = doctor(last_name="Gone", institution_id=place["id"]), doctor(last_name="Here", institution_id=place["id"])
    call(delete_doctor.handler, "doctors/delete_doctor", path={"id": gone["id"]})
    assert (names(), names(deleted="true")) == (["Here"], ["Gone"])
    assert names(institution_id=place["id"]) == ["Here"]
    assert names(institution_id=place["id"], deleted="true") == ["Gone"]


def test_only_staff_lists_everybody(aws: botocore.session.Session) -> None:
    own = doctor()
    for roles in (["directory"], ["support"]):
        assert len(listed(logged_in(add_user("staff", roles).email))["json"]["items"]) == 1
    for email in (own["contact_email"], institution()["contact_email"], add_user("patient").email):
        assert listed(logged_in(email))["statusCode"] == 403
    assert listed(logged_in(add_user("admin", tenant="other").email))["json"]["items"] == []


def test_doctors_are_found_by_how_their_names_begin(aws: botocore.session.Session) -> None:
    for first, last in (("Ada", "Moor"), ("Ben", "Moore"), ("Bea", "Moss"), ("Ben", "Field")):
        doctor(first_name=first, last_name=last)

    def found(**query: str) -> list[str]:
        items = call(list_doctors.handler, "doctors/list_doctors", query=query)["json"]["items"]
        return [f"{each['first_name']} {each['last_name']}" for each in items]

    assert found(last_name="moor") == ["Ada Moor", "Ben Moore"]
    assert found(last_name="Mo", first_name="b") == ["Ben Moore", "Bea Moss"]
    assert found(first_name="BEN") == ["Ben Field", "Ben Moore"]
    assert found(last_name="oor") == []
