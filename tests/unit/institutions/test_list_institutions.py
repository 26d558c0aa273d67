from typing import Any

import botocore.session
import pytest

from directory.people import people_list
from institutions import delete_institution, list_institutions
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, institution, logged_in


def listed(**query: str) -> dict[str, Any]:
    return call(list_institutions.handler, "institutions/list_institutions", query=query)


def names(**query: str) -> list[str]:
    return [each["name"] for each in listed(**query)["json"]["items"]]


def test_institutions_are_listed_by_name_in_any_case(aws: botocore.session.Session) -> None:
    for name in ("beta", "Älpha", "Alpha", "Gamma"):
        institution(name=name)
    assert names() == ["Alpha", "beta", "Gamma", "Älpha"]
    assert listed()["json"]["nextCursor"] is None


def test_pages_lead_through_the_whole_list(aws: botocore.session.Session) -> None:
    expected = [institution(name=f"Clinic {number}")["name"] for number in range(5)]
    first = listed(limit="2")["json"]
    second = listed(limit="2", cursor=first["nextCursor"])["json"]
    third = listed(limit="2", cursor=second["nextCursor"])["json"]
    assert [each["name"] for page in (first, second, third) for each in page["items"]] == expected
    assert third["nextCursor"] is None
    assert listed(limit="2", region="x", cursor=first["nextCursor"])["statusCode"] == 400


def test_filters_must_all_hold(aws: botocore.session.Session) -> None:
    institution(name="A", institution_type="clinic", region="North", is_verified=True)
    institution(name="B", institution_type="clinic", region="South", is_active=False)
    institution(name="C", institution_type="insurer", region="North")
    assert names(type="clinic") == ["A", "B"]
    assert names(region="North", is_verified="true") == ["A"]
    assert names(is_active="false") == ["B"]
    assert names(region="North", type="hospital") == []
    assert listed(type="pub")["statusCode"] == 400


def test_a_name_is_searched_by_its_beginning_in_any_case(aws: botocore.session.Session) -> None:
    for name, region in (("St. Mary", "North"), ("st. Anne", "South"), ("Sta. Cruz", "North"), ("Älgen", "North")):
        institution(name=name, region=region)
    assert names(name="ST.") == ["st. Anne", "St. Mary"]
    assert names(name="st. m") == ["St. Mary"]
    assert names(name="st", region="North") == ["St. Mary", "Sta. Cruz"]
    assert names(name="a\u0308lg") == ["Älgen"]
    assert names(name="t. Mary") == []
    first = listed(name="st", limit="1")["json"]
    assert [each["name"] for each in listed(name="st", cursor=first["nextCursor"])["json"]["items"]] == [
        "St. Mary",
        "Sta. Cruz",
    ]


def test_accreditations_that_end_are_listed(aws: botocore.session.Session) -> None:
    institution(name="A", accredited_until="2027-01-31")
    institution(name="B", accredited_until="2027-02-01")
    institution(name="C")
    assert names(accredited_until="2027-01-31") == ["A"]
    assert names(accredited_until="2099-01-01") == ["A", "B"]
    assert listed(accredited_until="soon")["statusCode"] == 400


def test_deleted_institutions_are_listed_apart(aws: botocore.session.Session) -> None:
    gone = institution(name="Gone")
    institution(name="Here")
    call(delete_institution.handler, "institutions/delete_institution", path={"id": gone["id"]})
    assert (names(), names(deleted="true")) == (["Here"], ["Gone"])


def test_a_page_reads_no_more_than_its_share_of_a_long_list(
    aws: botocore.session.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_list, "MOST_READ", 3)
    for number in range(5):
        institution(name=f"Clinic {number}", region="South" if number == 4 else "North")
    page = listed(region="South")["json"]
    assert page["items"] == []
    assert [each["name"] for each in listed(region="South", cursor=page["nextCursor"])["json"]["items"]] == ["Clinic 4"]


def test_another_tenants_institutions_and_a_list_without_the_right(aws: botocore.session.Session) -> None:
    institution()
    stranger = logged_in(add_user("admin", tenant="other").email)
    assert call(list_institutions.handler, "institutions/list_institutions", stranger)["json"]["items"] == []
    own = logged_in(institution()["contact_email"])
    assert call(list_institutions.handler, "institutions/list_institutions", own)["statusCode"] == 403
