import re
from typing import Any

import botocore.session

from directory import list_specialties
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, logged_in


def listed(token: str = "", **headers: str) -> dict[str, Any]:
    return call(list_specialties.handler, "directory/list_specialties", token, headers=headers)


def test_all_specialties_are_in_one_page_by_name(aws: botocore.session.Session) -> None:
    answer = listed()
    items = answer["json"]["items"]
    assert (answer["statusCode"], answer["json"]["nextCursor"]) == (200, None)
    assert {"id": "cardiology", "name": "Cardiology", "code": "207RC0000X"} in items
    names = [each["name"].casefold() for each in items]
    assert names == sorted(names)
    assert len(items) >= 40
    for member in ("id", "name", "code"):
        assert len({each[member] for each in items}) == len(items)
    assert all(re.fullmatch(r"[0-9]{3}[0-9A-Z]{6}X", each["code"]) for each in items)


def test_a_client_may_keep_the_list_and_ask_whether_it_changed(aws: botocore.session.Session) -> None:
    first = listed()
    assert first["headers"]["Cache-Control"] == "private, max-age=3600"
    again = listed(**{"If-None-Match": first["headers"]["ETag"]})
    assert (again["statusCode"], again["body"]) == (304, "")
    assert again["headers"]["Cache-Control"] == first["headers"]["Cache-Control"]


def test_everyone_with_a_token_may_read_it(aws: botocore.session.Session) -> None:
    for user in (add_user("patient"), add_user("doctor"), add_user("institution"), add_user("staff", ["audit"])):
        assert listed(logged_in(user.email))["statusCode"] == 200
