from typing import Any

import botocore.session

from institutions import (
    delete_institution,
    get_institution_contacts,
    update_institution,
    update_institution_contacts,
)
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.interleaving import before_call


def update(person_id: str, body: Any, token: str = "", **headers: str) -> dict[str, Any]:
    name = "institutions/update_institution"
    return call(update_institution.handler, name, token, path={"id": person_id}, body=body, headers=headers)


def test_the_given_members_change_and_the_rest_stays(aws: botocore.session.Session) -> None:
    made = institution(website="https://a.example")
    answer = update(made["id"], {"region": "South", "website": None, "accredited_until": "2027-01-31"})
    expected = {name: value for name, value in made.items() if name != "website"}
    changes = {"region": "South", "accredited_until": "2027-01-31", "updated_at": answer["json"]["updated_at"]}
    assert answer["json"] == expected | changes
    assert answer["headers"]["ETag"] == '"2"'


def test_an_empty_body_a_broken_member_and_one_that_must_be_there(aws: botocore.session.Session) -> None:
    made = institution()
    for body, pointers in (
        ({}, []),
        ([], [""]),
        ({"institution_type": "pub", "website": "x", "color": "red"}, ["/institution_type", "/website", "/color"]),
        ({"name": None, "license_number": None}, ["/name", "/license_number"]),
    ):
        answer = update(made["id"], body)
        assert answer["statusCode"] == 400
        assert [fault["pointer"] for fault in answer["json"].get("errors", [])] == pointers
    assert update("unknown", {"region": "South"})["statusCode"] == 404


def test_what_is_unique_stays_so_and_is_free_again_once_it_changed(aws: botocore.session.Session) -> None:
    first, second = institution(license_number="A"), institution(license_number="B")
    assert update(second["id"], {"license_number": "a"})["statusCode"] == 409
    assert update(second["id"], {"contact_email": first["contact_email"]})["statusCode"] == 409
    assert update(first["id"], {"license_number": "C"})["statusCode"] == 200
    assert update(second["id"], {"license_number": "a"})["statusCode"] == 200


def test_a_change_that_changes_nothing_makes_no_version(aws: botocore.session.Session) -> None:
    made = institution()
    assert update(made["id"], {"region": made["region"]})["headers"]["ETag"] == '"1"'


def test_if_match_guards_a_change(aws: botocore.session.Session) -> None:
    made = institution()
    assert update(made["id"], {"region": "South"}, **{"If-Match": '"1"'})["statusCode"] == 200
    assert update(made["id"], {"region": "West"}, **{"If-Match": '"1"'})["statusCode"] == 412


def test_two_changes_at_once_both_take_place_but_only_one_with_if_match(aws: botocore.session.Session) -> None:
    made = institution()
    with before_call("TransactWriteItems", lambda: update(made["id"], {"region": "South"})):
        answer = update(made["id"], {"name": "New"})
    assert (answer["json"]["name"], answer["json"]["region"]) == ("New", "South")
    with before_call("TransactWriteItems", lambda: update(made["id"], {"region": "West"})):
        assert update(made["id"], {"name": "Newer"}, **{"If-Match": '"3"'})["statusCode"] == 412


def test_an_institution_changes_what_is_its_own(aws: botocore.session.Session) -> None:
    own, other = institution(), institution()
    token = logged_in(own["contact_email"])
    assert update(own["id"], {"name": "New", "contact_email": "new@example.com"}, token)["statusCode"] == 200
    answer = update(own["id"], {"is_verified": True, "name": "Newer", "license_number": "X"}, token)
    assert answer["statusCode"] == 403
    assert [fault["pointer"] for fault in answer["json"]["errors"]] == ["/is_verified", "/license_number"]
    assert update(other["id"], {"name": "Mine"}, token)["statusCode"] == 404


def test_a_deleted_institution_does_not_change(aws: botocore.session.Session) -> None:
    made = institution()
    call(delete_institution.handler, "institutions/delete_institution", path={"id": made["id"]})
    assert update(made["id"], {"region": "South"})["statusCode"] == 404


def changed_contact_email(made: dict[str, Any], email: str) -> list[tuple[str, bool]]:
    """The e-mails, and which is primary, of an institution with a secondary one after a change of contact_email."""
    emails = [{"email_address": made["contact_email"], "is_primary": True}, {"email_address": "second@example.com"}]
    path, name = {"id": made["id"]}, "institutions/update_institution_contacts"
    call(update_institution_contacts.handler, name, path=path, body={"emails": emails})
    update(made["id"], {"contact_email": email})
    contacts = call(get_institution_contacts.handler, "institutions/get_institution_contacts", path=path)["json"]
    return [(each["email_address"], each["is_primary"]) for each in contacts["emails"]]


def test_another_contact_email_leaves_the_secondary_ones(aws: botocore.session.Session) -> None:
    assert changed_contact_email(institution(), "third@example.com") == [
        ("third@example.com", True),
        ("second@example.com", False),
    ]


def test_a_secondary_email_that_becomes_the_contact_email_is_there_once(aws: botocore.session.Session) -> None:
    made = institution()
    assert changed_contact_email(made, "second@example.com") == [
        (made["contact_email"], False),
        ("second@example.com", True),
    ]
