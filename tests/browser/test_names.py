"""Who did something: the e-mail of a user, the name of a machine, and the id for those who may not read users."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.directory import PASSWORD, People, people
from tests.browser.test_claims import CLAIM
from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]
NOTHING_TO_PAY = {"subscriber_number": "NAMES-1", "allowed_fees": "500.00"}
"""Its net fee is below 0: no payment is under way when it is made void."""


@pytest.fixture
def known(api: Api) -> People:
    return people(api)


def calls_for_users(opened: Console) -> list[str]:
    """The calls for users and machines, as they are made from now on."""
    called: list[str] = []
    opened.page.on("request", lambda request: called.append(request.url) if "/users/" in request.url else None)
    opened.page.on("request", lambda request: called.append(request.url) if "/clients?" in request.url else None)
    return called


def staff(api: Api, role: str) -> tuple[str, dict[str, str]]:
    """The id and the login of a new user with a role."""
    login = {"email": f"{role}-{time.time_ns()}@payerworks.example", "password": PASSWORD}
    answer = api.post("/users/create", login | {"user_type": "staff", "roles": [role]})
    assert answer.status == 201, answer.body
    return answer.json()["user_id"], login


def as_user(api: Api, login: dict[str, str]) -> Api:
    token = api.post("/auth/login", login).json()["access_token"]
    return Api(api.url, {"Authorization": f"Bearer {token}"})


def test_a_history_names_users_and_reads_each_once(console: Login, known: People, api: Api) -> None:
    _, login = staff(api, "directory")
    for number in ("1", "2", "3"):
        path = f"/api/v1/patients/{known.patient['id']}"
        assert as_user(api, login).call("PUT", path, {"subscriber_number": number}).status == 200
    opened = console()
    called = calls_for_users(opened)
    opened.go(f"directory/patients/{known.patient['id']}/history")
    opened.page.get_by_role("link", name=login["email"]).nth(2).wait_for()
    opened.go("")
    opened.go(f"directory/patients/{known.patient['id']}/history")
    opened.page.get_by_role("link", name=login["email"]).first.click()
    opened.page.get_by_role("heading", level=1, name=login["email"]).wait_for()
    assert len([url for url in called if url.rpartition("/")[0].endswith("/users")]) == 2  # one for the user's page


def test_a_machine_is_named(console: Login, api: Api) -> None:
    name = f"Nightly load {time.time_ns()}"
    made: dict[str, Any] = api.post("/clients", {"name": name, "roles": ["claims"]}).json()
    form = f"grant_type=client_credentials&client_id={made['client_id']}&client_secret={made['client_secret']}"
    answer = Api(api.url).call("POST", "/auth/token", form.encode(), Content_Type="application/x-www-form-urlencoded")
    assert answer.status == 200, answer.body
    machine = Api(api.url, {"Authorization": f"Bearer {answer.json()['access_token']}"})
    claim = machine.post("/claims?partial=true", [CLAIM | NOTHING_TO_PAY]).json()[0]["claim"]
    assert machine.post(f"/claims/{claim['id']}/void", {}).status == 200
    opened = console()
    called = calls_for_users(opened)
    opened.go(f"claims/{claim['id']}")
    opened.page.get_by_text(f"by {name}").wait_for()
    assert [url.partition("?")[0].rpartition("/")[2] for url in called] == ["clients"]


def test_who_may_not_read_users_sees_ids_and_asks_for_none(console: Login, known: People, api: Api) -> None:
    user_id, login = staff(api, "directory")
    _, of_other = staff(api, "directory")
    path = f"/api/v1/patients/{known.patient['id']}"
    assert as_user(api, login).call("PUT", path, {"subscriber_number": "1"}).status == 200
    opened = console(of_other)
    called = calls_for_users(opened)
    opened.go(f"directory/patients/{known.patient['id']}/history")
    opened.page.get_by_text(user_id).wait_for()
    assert called == []
