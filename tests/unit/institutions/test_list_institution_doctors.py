from typing import Any

import botocore.session

from doctors import delete_doctor, update_doctor
from institutions import list_institution_doctors
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, doctor, institution, logged_in


def listed(institution_id: str, token: str = "", **query: str) -> dict[str, Any]:
    name, path = "institutions/list_institution_doctors", {"id": institution_id}
    return call(list_institution_doctors.handler, name, token, path=path, query=query)


def names(institution_id: str, token: str = "", **query: str) -> list[str]:
    return [each["last_name"] for each in listed(institution_id, token, **query)["json"]["items"]]


def test_the_doctors_of_an_institution_are_listed_by_name_in_pages(aws: botocore.session.Session) -> None:
    place, other = institution(), institution()
    for name in ("Cole", "Abel", "Bond"):
        doctor(last_name=name, institution_id=place["id"])
    doctor(institution_id=other["id"])
    doctor()
    first = listed(place["id"], limit="2")["json"]
    second = listed(place["id"], limit="2", cursor=first["nextCursor"])["json"]
    assert [each["last_name"] for page in (first, second) for each in page["items"]] == ["Abel", "Bond", "Cole"]
    assert listed(other["id"], limit="2", cursor=first["nextCursor"])["statusCode"] == 400


def test_filters_and_doctors_who_left(aws: botocore.session.Session) -> None:
    place = institution()
    doctor(last_name="A", institution_id=place["id"], specialty_id="urology")
    doctor(last_name="B", institution_id=place["id"], professional_status="retired")
    moved, gone = doctor(institution_id=place["id"]), doctor(institution_id=place["id"])
    call(update_doctor.handler, "doctors/update_doctor", path={"id": moved["id"]}, body={"institution_id": None})
    call(delete_doctor.handler, "doctors/delete_doctor", path={"id": gone["id"]})
    assert names(place["id"]) == ["A", "B"]
    assert names(place["id"], specialty_id="urology") == ["A"]
    assert names(place["id"], professional_status="retired") == ["B"]
    assert listed(place["id"], deleted="true")["statusCode"] == 400


def test_an_institution_lists_its_own_doctors_and_no_others(aws: botocore.session.Session) -> None:
    own, other = institution(), institution()
    doctor(last_name="A", institution_id=own["id"])
    token = logged_in(own["contact_email"])
    assert names(own["id"], token) == ["A"]
    absent, others = listed("unknown", token), listed(other["id"], token)
    assert (absent["statusCode"], others["statusCode"]) == (404, 404)
    assert absent["json"]["detail"] == others["json"]["detail"]


def test_who_may_list_them(aws: botocore.session.Session) -> None:
    place = institution()
    made = doctor(institution_id=place["id"])
    for email, status in (
        (add_user("staff", ["directory"]).email, 200),
        (add_user("staff", ["support"]).email, 200),
        (made["contact_email"], 403),
        (add_user("patient").email, 403),
        (add_user("admin", tenant="other").email, 404),
    ):
        assert listed(place["id"], logged_in(email))["statusCode"] == status
