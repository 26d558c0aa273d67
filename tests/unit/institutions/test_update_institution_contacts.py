from typing import Any

import botocore.session
import pytest

from institutions import get_institution, update_institution, update_institution_contacts
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.interleaving import before_call

PHONE = {"number": "+15551234567", "type": "work", "is_primary": True}
ADDRESS = {"lines": ["1 Main Street"], "city": "Springfield", "country": "US", "is_primary": True}


def update(person_id: str, body: Any, token: str = "", **headers: str) -> dict[str, Any]:
    name = "institutions/update_institution_contacts"
    return call(update_institution_contacts.handler, name, token, path={"id": person_id}, body=body, headers=headers)


def test_each_list_in_the_body_is_replaced_and_the_others_stay(aws: botocore.session.Session) -> None:
    made = institution()
    first = update(made["id"], {"phones": [PHONE], "addresses": [ADDRESS]})
    assert (first["statusCode"], first["headers"]["ETag"]) == (200, '"2"')
    [phone] = first["json"]["phones"]
    assert phone == PHONE | {"id": phone["id"], "is_verified": False}
    fax = {"number": "+15559999999", "type": "fax"}
    second = update(made["id"], {"phones": [phone, fax]})["json"]
    assert [each["number"] for each in second["phones"]] == ["+15551234567", "+15559999999"]
    assert second["phones"][0]["id"] == phone["id"]
    assert [each["city"] for each in second["addresses"]] == ["Springfield"]
    assert update(made["id"], {"phones": []})["json"]["phones"] == []


def test_a_person_has_20_records_of_a_sort_and_an_address_five_lines_at_most(aws: botocore.session.Session) -> None:
    made = institution()
    phones = [PHONE | {"number": f"+1555{number:07}", "is_primary": number == 0} for number in range(21)]
    emails = [{"email_address": f"e{number}@example.com", "is_primary": number == 0} for number in range(21)]
    lines = [f"Floor {number}" for number in range(6)]
    full = {"phones": phones[:20], "emails": emails[:20], "addresses": [ADDRESS | {"lines": lines[:5]}]}
    assert update(made["id"], full)["statusCode"] == 200
    for more in ({"phones": phones}, {"emails": emails}, {"addresses": [ADDRESS | {"lines": lines}]}):
        assert update(made["id"], more)["statusCode"] == 400


def test_a_record_that_leads_elsewhere_is_no_longer_verified(aws: botocore.session.Session) -> None:
    made = institution()
    [phone] = update(made["id"], {"phones": [PHONE | {"is_verified": True}]})["json"]["phones"]
    assert phone["is_verified"] is True
    same = {name: value for name, value in phone.items() if name != "is_verified"} | {"type": "home"}
    assert update(made["id"], {"phones": [same]})["json"]["phones"][0]["is_verified"] is True
    other = same | {"number": "+15550000000"}
    assert update(made["id"], {"phones": [other]})["json"]["phones"][0]["is_verified"] is False


def test_another_primary_email_is_the_contact_email_and_unique(aws: botocore.session.Session) -> None:
    made, other = institution(), institution()
    emails = [
        {"email_address": made["contact_email"], "type": "billing"},
        {"email_address": "New@example.com", "is_primary": True},
    ]
    assert update(made["id"], {"emails": emails})["statusCode"] == 200
    read = call(get_institution.handler, "institutions/get_institution", path={"id": made["id"]})["json"]
    assert read["contact_email"] == "new@example.com"
    emails[1]["email_address"] = other["contact_email"]
    assert update(made["id"], {"emails": emails})["statusCode"] == 409


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, []),
        ({"emails": []}, ["/emails"]),
        ({"faxes": []}, ["/faxes"]),
        ({"phones": [PHONE, PHONE | {"number": "+15550000000"}]}, ["/phones"]),
        ({"phones": [PHONE | {"is_primary": False}]}, ["/phones"]),
        ({"phones": [PHONE, PHONE | {"is_primary": False}]}, ["/phones"]),
        ({"phones": [PHONE | {"number": "555-1234"}], "addresses": [{}]}, ["/phones/0/number", "/addresses/0/lines"]),
        ({"phones": [PHONE | {"id": "none"}]}, ["/phones/0/id"]),
        ({"addresses": [ADDRESS | {"country": "USA"}]}, ["/addresses/0/country"]),
        ({"phones": [PHONE | {"number": f"+1555000{n:04}", "is_primary": not n} for n in range(21)]}, ["/phones"]),
    ],
)
def test_each_fault_is_named(aws: botocore.session.Session, body: Any, pointers: list[str]) -> None:
    answer = update(institution()["id"], body)
    assert answer["statusCode"] == 400
    found = [fault["pointer"] for fault in answer["json"].get("errors", [])]
    assert [pointer for pointer in pointers if pointer not in found] == []
    assert bool(found) == bool(pointers)


def test_an_institution_does_not_verify_itself(aws: botocore.session.Session) -> None:
    own, other = institution(), institution()
    token = logged_in(own["contact_email"])
    assert update(own["id"], {"phones": [PHONE]}, token)["statusCode"] == 200
    answer = update(own["id"], {"phones": [PHONE | {"is_verified": True}]}, token)
    assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (403, "/phones/0/is_verified")
    assert update(other["id"], {"phones": [PHONE]}, token)["statusCode"] == 404


def test_a_change_meanwhile_is_not_lost_and_if_match_guards(aws: botocore.session.Session) -> None:
    made = institution()

    def rename() -> None:
        body = {"name": "New"}
        call(update_institution.handler, "institutions/update_institution", path={"id": made["id"]}, body=body)

    with before_call("TransactWriteItems", rename):
        assert update(made["id"], {"phones": [PHONE]})["headers"]["ETag"] == '"3"'
    read = call(get_institution.handler, "institutions/get_institution", path={"id": made["id"]})
    assert read["json"]["name"] == "New"
    assert update(made["id"], {"phones": []}, **{"If-Match": '"2"'})["statusCode"] == 412
