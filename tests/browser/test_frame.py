"""The console's frame: sizes, accessibility, rooms by role, keys, and a connection that is slow or gone."""

import time
from collections.abc import Callable

import pytest

from tests.browser.conftest import Open
from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]
FIRST_VIEW_BYTES = 200_000
FIRST_VIEW_SECONDS = 1.0
PLACES = (
    "",
    "claims",
    "claims/providers",
    "intake",
    "intake/send",
    "patients",
    "directory/patients",
    "directory/doctors",
    "directory/institutions",
    "plans",
    "plans?new=form",
    "plans?new=json",
    "operations",
    "operations/users",
    "operations/clients",
    "audit",
    "account",
)
SLOW_SECONDS = 5


def test_the_first_view_is_small_and_quick(open_page: Open) -> None:
    watched = open_page()
    watched.page.get_by_label("E-mail").wait_for()
    assert sum(watched.sizes.values()) < FIRST_VIEW_BYTES
    took = []
    for _ in range(3):
        began = time.monotonic()
        watched.page.reload()
        watched.page.get_by_label("E-mail").wait_for()
        took.append(time.monotonic() - began)
    assert min(took) < FIRST_VIEW_SECONDS


@pytest.mark.parametrize(("width", "dark"), [(400, False), (400, True), (1440, False), (1440, True)])
def test_every_room_can_be_used_by_everyone_at_every_width(console: Login, width: int, dark: bool) -> None:
    opened = console(width=width, dark=dark)
    for place in PLACES:
        opened.go(place)
        opened.page.wait_for_load_state("networkidle")
        assert opened.watched.serious_faults_of_access() == [], place
        assert not opened.watched.overflows(), place


def test_the_login_can_be_used_by_everyone(open_page: Open) -> None:
    watched = open_page(width=400)
    watched.page.get_by_label("E-mail").wait_for()
    assert watched.serious_faults_of_access() == []


def test_users_see_the_rooms_of_their_roles(console: Login, api: Api) -> None:
    credentials = {"email": f"intake-{time.time_ns()}@payerworks.example", "password": "long enough for anyone 7"}
    made = api.post("/users/create", credentials | {"user_type": "staff", "roles": ["intake"]})
    assert made.status == 201, made.body
    opened = console(credentials)
    rooms = opened.page.get_by_role("navigation", name="Rooms").get_by_role("link").all_inner_texts()
    assert "Claims" not in [room.strip() for room in rooms]
    opened.go("claims")
    opened.page.get_by_text("There is no such page, or your account may not open it.").wait_for()


def test_keys_go_from_room_to_room(console: Login) -> None:
    page = console().page
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.get_by_role("heading", level=1, name="Claims").wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Keys").wait_for(state="hidden")


def test_a_chosen_theme_stays(console: Login) -> None:
    opened = console()
    opened.go("account")
    opened.page.get_by_label("Dark").check()
    opened.page.reload()
    opened.page.get_by_label("Dark").wait_for()
    assert opened.page.get_by_label("Dark").is_checked()
    assert opened.page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_a_slow_answer_is_announced(console: Login) -> None:
    opened = console()
    opened.page.route("**/claims?*", lambda route: (time.sleep(SLOW_SECONDS), route.continue_()))
    opened.go("claims")
    opened.page.get_by_text("The answer takes longer than usual.").wait_for()
    opened.page.get_by_role("row").nth(1).wait_for()
    opened.page.get_by_text("The answer takes longer than usual.").wait_for(state="hidden")


def test_a_stopped_api_is_said_and_a_later_try_works(console: Login) -> None:
    opened = console()
    opened.watched.expect("net::ERR_CONNECTION_REFUSED")
    opened.page.route("**/claims?*", lambda route: route.abort("connectionrefused"))
    opened.go("claims")
    opened.page.get_by_text("What you typed is kept; calls are tried again.").wait_for()
    opened.page.get_by_role("alert").filter(has_text="The API cannot be reached.").wait_for()
    opened.page.unroute("**/claims?*")
    opened.page.get_by_role("button", name="Try again").click()
    opened.page.get_by_role("row").nth(1).wait_for()
