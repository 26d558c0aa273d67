import contextlib
import itertools
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from auth.users import repository as users
from directory.people.people_list import PersonFilter, list_people
from institutions import create_institution
from tests.unit.auth.conftest import clock as clock  # a fixture
from tests.unit.auth.conftest import mails
from tests.unit.directory.people import call, institution, logged_in, new_institution
from tests.unit.interleaving import Killed, after_call, before_call, kill


def create(**changes: Any) -> dict[str, Any]:
    return call(create_institution.handler, "institutions/create_institution", body=new_institution(**changes))


def faults(answer: dict[str, Any]) -> dict[str, str]:
    return {fault["pointer"]: fault["message"] for fault in answer["json"]["errors"]}


def test_an_institution_is_made_with_a_user_who_can_log_in(aws: botocore.session.Session) -> None:
    answer = create(website="https://stmary.example", contact_email="Office@StMary.example")
    made = answer["json"]
    assert answer["statusCode"] == 201
    assert (answer["headers"]["Location"], answer["headers"]["ETag"]) == (f"institutions/{made['id']}", '"1"')
    assert made["contact_email"] == "office@stmary.example"
    assert (made["is_verified"], made["is_active"]) == (False, True)
    assert "password" not in made
    assert logged_in("office@stmary.example")
    user = users.get_user("acme", made["user_id"])
    assert user is not None
    assert (user.user_type, user.reference_id) == ("institution", made["id"])


def test_the_email_may_be_an_object(aws: botocore.session.Session) -> None:
    answer = create(contact_email={"email_address": "a@example.com", "is_primary": True})
    assert answer["json"]["contact_email"] == "a@example.com"
    refused = create(contact_email={"email_address": "b@example.com", "is_primary": False})
    assert (refused["statusCode"], [*faults(refused)]) == (400, ["/contact_email"])


def test_the_answer_says_whether_the_invitation_was_mailed(
    aws: botocore.session.Session, environment: Callable[..., None]
) -> None:
    invited = {"invite": True, "password": None}
    assert "invitation_mailed" not in create(**invited)["json"]
    environment(MAIL_SENDER="accounts@example.com", PASSWORD_PAGE_URL="https://example.com/password")
    assert "invitation_mailed" not in create()["json"]
    made = create(**invited)["json"]
    assert made["invitation_mailed"] is True
    assert [mail["userId"] for mail in mails()] == [made["user_id"]]


def test_each_broken_member_is_named_at_once(aws: botocore.session.Session) -> None:
    answer = create(
        name=" ",
        institution_type="pub",
        license_number=7,
        contact_email="none",
        website="javascript:alert(1)",
        password="short",
        accredited_until="soon",
        extra=1,
    )
    assert answer["statusCode"] == 400
    assert set(faults(answer)) == {
        *("/name", "/institution_type", "/license_number", "/contact_email", "/website", "/password"),
        *("/accredited_until", "/extra"),
    }


@pytest.mark.parametrize("login", [{}, {"invite": True, "password": "correct horse battery"}])
def test_a_login_needs_either_a_password_or_an_invitation(aws: botocore.session.Session, login: dict[str, Any]) -> None:
    body = {name: value for name, value in new_institution().items() if name != "password"}
    answer = call(create_institution.handler, "institutions/create_institution", body=body | login)
    assert (answer["statusCode"], [*faults(answer)]) == (400, ["/password"])


def test_what_is_unique_is_taken_once(aws: botocore.session.Session) -> None:
    institution(license_number="H-7a", contact_email="a@example.com")
    taken = create(license_number="h-7A")
    assert (taken["statusCode"], faults(taken)) == (409, {"/license_number": "is taken"})
    taken = create(contact_email="A@example.com")
    assert (taken["statusCode"], [*faults(taken)]) == (409, ["/contact_email"])
    assert create(license_number="H-7b", contact_email="b@example.com")["statusCode"] == 201


def test_of_creations_side_by_side_one_wins_and_leaves_nothing_of_the_others(aws: botocore.session.Session) -> None:
    statuses: list[int] = []
    body = new_institution()

    def other() -> None:
        statuses.append(create(**body)["statusCode"])

    with before_call("TransactWriteItems", other):
        statuses.append(create(**body)["statusCode"])
    assert sorted(statuses) == [201, 409]
    page = list_people("acme", "institution", PersonFilter({}), None, 10)
    assert len(page.people) == 1


def test_a_repeat_with_its_key_makes_no_second_institution(aws: botocore.session.Session) -> None:
    body = new_institution()
    headers = {"Idempotency-Key": "k-1"}
    first, again = (
        call(create_institution.handler, "institutions/create_institution", body=body, headers=headers)
        for _ in range(2)
    )
    assert (first["statusCode"], again["statusCode"]) == (201, 201)
    assert first["json"] == again["json"]
    assert again["headers"]["Idempotency-Replayed"] == "true"


def test_a_call_killed_after_any_of_its_calls_leaves_institution_and_user_or_neither(
    aws: botocore.session.Session, clock: Callable[[float], None]
) -> None:
    made = []
    for number in itertools.count():
        ask = {"body": new_institution(), "headers": {"Idempotency-Key": f"k-{number}"}}
        with after_call("*", kill, number=number), contextlib.suppress(Killed):
            call(create_institution.handler, "institutions/create_institution", **ask)
            break
        listed = list_people("acme", "institution", PersonFilter({}), None, 50).people
        assert all(users.get_user("acme", each.user_id) for each in listed)
        made.append(len(listed))
        clock(31)
        again = call(create_institution.handler, "institutions/create_institution", **ask)
        assert again["statusCode"] == 201
        assert logged_in(ask["body"]["contact_email"])
    # The calls: the marker, the transaction, the kept answer. A kill after the second leaves an institution.
    assert made == [0, 2, 3]


def test_a_web_address_has_300_characters_at_most(aws: botocore.session.Session) -> None:
    longest = "https://a.example/".ljust(300, "a")
    assert (create(website=longest)["statusCode"], create(website=longest + "a")["statusCode"]) == (201, 400)
