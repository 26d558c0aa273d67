"""What holds in every room: a reload, a session that ends, a slow answer, an API that is stopped."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Route

from tests.browser.directory import PASSWORD, People, fill_in_institution, institutions_named, login_of, people
from tests.browser.test_frame import PLACES
from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]
DATA = re.compile(r"/_user_request_/(?!console$|assets/|auth/(?:refresh|login|logout|session/validate)$)")
"""Calls for what a room shows."""
NEEDS_NO_DATA = {"intake/send", "plans?new=form", "plans?new=json", "audit/verify", "audit/disclosures"}
RETRIES = 2
"""Clicks of `Try again` that bring a room back: what fails in a part can hide what fails in another."""
NOT_KEPT = {"account", "directory/appointments"}
"""Rooms whose first field is for a new password, or looks for a person to choose."""
TEXTS = "main input:not([type]):visible, main input[type=email]:visible, main textarea:visible"


@pytest.fixture(scope="module")
def known(api: Api) -> People:
    return people(api)


def places_of(known: People) -> list[str]:
    """Every room, and the pages of a person."""
    parts = ("", "/dashboard", "/health", "/record", "/appointments", "/contacts", "/history")
    patient = [f"directory/patients/{known.patient['id']}{part}" for part in parts]
    return [*PLACES, "operations/search", "audit/verify", "audit/disclosures", "directory/appointments", *patient]


def heading(opened: Console) -> str:
    return opened.page.get_by_role("heading", level=1).first.inner_text()


def test_every_room_survives_a_reload(console: Login, known: People) -> None:
    opened = console()
    opened.watched.expect(404)  # an index that was never compared
    for place in places_of(known):
        opened.go(place)
        opened.settle()
        before, address = heading(opened), opened.page.url
        opened.page.reload()
        opened.page.get_by_role("heading", level=1, name=before, exact=True).wait_for()
        opened.settle()
        assert opened.page.url == address
        assert opened.page.get_by_role("alert").count() == 0, place


@pytest.mark.parametrize("who", ["patient", "doctor", "institution"])
def test_the_rooms_of_people_survive_a_reload(console: Login, known: People, who: str) -> None:
    opened = console(login_of(getattr(known, who)))
    for place in ("", "directory", "directory/appointments", "plans", "account"):
        opened.go(place)
        opened.settle()
        before = heading(opened)
        opened.page.reload()
        opened.page.get_by_role("heading", level=1, name=before, exact=True).wait_for()
        opened.settle()
        assert opened.page.get_by_role("alert").count() == 0, place


def test_every_room_says_that_the_api_is_stopped_and_works_again(console: Login, known: People) -> None:
    opened = console()
    page = opened.page
    opened.watched.expect(404, "net::ERR_CONNECTION_REFUSED")
    for place in (each for each in places_of(known) if each not in NEEDS_NO_DATA):
        opened.go("plans?new=form")
        page.route(DATA, lambda route: route.abort("connectionrefused"))
        opened.go(place)
        page.get_by_text("The API cannot be reached.").first.wait_for()
        page.get_by_role("alert").first.wait_for()
        page.unroute(DATA)
        for _ in range(RETRIES):
            # All at once, since a page that polls may take one away meanwhile.
            page.evaluate("document.querySelectorAll('.failure button').forEach(button => button.click())")
            opened.settle()
        opened.settle()
        assert page.get_by_role("alert").count() == 0, place
        assert page.get_by_text("The API cannot be reached.").count() == 0, place


class Held:
    """Calls for data that get no answer until they are let go."""

    def __init__(self, opened: Console) -> None:
        self._page, self._held = opened.page, list[Route]()
        self._page.route(DATA, lambda route: self._held.append(route))

    def let_go(self) -> None:
        # The next handler is asked first, so none is held between the two.
        self._page.route(DATA, lambda route: route.continue_())
        for route in self._held:
            route.continue_()


def test_every_room_says_that_the_api_is_slow(console: Login, known: People) -> None:
    opened = console()
    page = opened.page
    opened.watched.expect(404)
    for place in (each for each in places_of(known) if each not in NEEDS_NO_DATA):
        opened.go("plans?new=form")
        held = Held(opened)
        opened.go(place)
        page.get_by_text("The answer takes longer than usual.").wait_for()
        held.let_go()
        page.get_by_text("The answer takes longer than usual.").wait_for(state="hidden")
        opened.settle()
        assert page.get_by_role("alert").count() == 0, place
        page.unroute(DATA)


@pytest.fixture
def administrator(api: Api) -> tuple[dict[str, str], Callable[[], object]]:
    """An administrator of this test alone, and what ends all of its sessions."""
    login = {"email": f"ends-{time.time_ns()}@payerworks.example", "password": PASSWORD}
    made: dict[str, Any] = api.post("/users/create", login | {"user_type": "admin"}).json()
    return login, lambda: api.call("DELETE", f"/users/{made['user_id']}/sessions")


def log_in_again(opened: Console, password: str) -> None:
    dialog = opened.page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_label("Password").fill(password)
    dialog.get_by_role("button", name="Log in").click()
    dialog.wait_for(state="hidden")


def first_text(opened: Console) -> Locator | None:
    fields = opened.page.locator(TEXTS)
    return fields.first if fields.count() else None


def test_what_was_typed_in_any_room_is_there_after_the_session_has_ended(
    console: Login, known: People, administrator: tuple[dict[str, str], Callable[[], object]]
) -> None:
    login, end_sessions = administrator
    opened = console(login)
    page = opened.page
    opened.watched.expect(400, 401, 404)  # 400: what is typed is no filter
    typed = 0
    for place in places_of(known):
        opened.go(place)
        opened.settle()
        field = first_text(opened)
        if field is None or place in NOT_KEPT:
            continue
        typed += 1
        field.fill("typed")
        page.wait_for_timeout(600)  # a filter is applied when its user pauses
        end_sessions()
        opened.go("account")
        log_in_again(opened, login["password"])
        opened.settle()
        page.go_back()
        opened.settle()
        again = first_text(opened)
        assert again is not None, place
        assert again.input_value() == "typed", place
    assert typed >= 10


def test_a_form_that_meets_the_end_of_the_session_is_sent_after_the_login(
    console: Login, administrator: tuple[dict[str, str], Callable[[], object]], api: Api
) -> None:
    login, end_sessions = administrator
    opened = console(login)
    page = opened.page
    opened.watched.expect(401)
    name = f"Mill Clinic {time.time_ns()}"
    fill_in_institution(opened, name)
    end_sessions()
    page.get_by_role("button", name="Add the institution").click()
    log_in_again(opened, login["password"])
    page.get_by_role("heading", level=1, name=name).wait_for()
    assert institutions_named(api, name) == [name]
