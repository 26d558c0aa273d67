"""The account: password, second factor and passkeys."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.conftest import Open
from tests.browser.watched_page import Console
from tests.integration.conftest import Api
from tests.unit.auth.second_factors import code_of

Login = Callable[..., Console]
PASSWORD = "long enough for anyone 7"
OTHER = "even longer for anyone 8"


@pytest.fixture
def user(api: Api) -> dict[str, str]:
    credentials = {"email": f"account-{time.time_ns()}@payerworks.example", "password": PASSWORD}
    made = api.post("/users/create", credentials | {"user_type": "staff", "roles": ["claims"]})
    assert made.status == 201, made.body
    return credentials


def test_a_password_is_changed(console: Login, open_page: Open, user: dict[str, str]) -> None:
    opened = console(user)
    page = opened.page
    opened.watched.expect(400)
    opened.go("account")
    page.get_by_label("Current password").fill("not it")
    page.get_by_label("New password").fill(OTHER)
    page.get_by_role("button", name="Change the password").click()
    page.locator(".field.is-wrong").get_by_label("Current password").wait_for()
    assert page.get_by_label("New password").input_value() == OTHER
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    page.get_by_text("The password was changed").wait_for()
    Console(open_page()).log_in(user | {"password": OTHER})


def test_a_second_factor_is_set_up_asked_for_and_removed(console: Login, open_page: Open, user: dict[str, str]) -> None:
    opened = console(user)
    page = opened.page
    opened.watched.expect(400)
    opened.go("account")
    page.get_by_role("button", name="Set up an app").click()
    page.get_by_role("img", name="QR code of the address below").wait_for()
    url = page.get_by_role("link", name="Open in an app on this device").get_attribute("href") or ""
    secret = parse_qs(urlsplit(url).query)["secret"][0]
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
    assert len(codes) == 10
    assert opened.watched.serious_faults_of_access() == []
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Confirm").click()
    page.locator(".field.is-wrong").get_by_label("Code").wait_for()
    page.get_by_label("Code", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("The second factor is set up.").wait_for()
    assert page.get_by_text(codes[0]).count() == 0

    again = Console(open_page())
    again.watched.expect(401)
    again.fill_in(user)
    again.page.get_by_label("Code").fill(codes[0])
    again.page.get_by_role("button", name="Log in").click()
    again.page.get_by_role("heading", level=1, name="Home").wait_for()

    page.get_by_role("button", name="Remove the app").click()
    dialog = page.get_by_role("dialog", name="Remove the second factor?")
    dialog.get_by_label("Code").fill(codes[1])
    dialog.get_by_role("button", name="Remove it").click()
    page.get_by_text("The second factor was removed.").wait_for()
    Console(open_page()).log_in(user)


def test_who_must_enrol_is_led_to_it_and_gets_in_afterwards(open_page: Open, user: dict[str, str]) -> None:
    opened = Console(open_page())
    page = opened.page

    def must_enrol(route: Any) -> None:
        # The stack of the tests requires no second factor; the answer says so of one that does.
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"mfa_enrolment_required": True})

    page.route("**/auth/login", must_enrol)
    opened.fill_in(user)
    page.get_by_role("heading", level=1, name="Add a second factor").wait_for()
    assert opened.watched.serious_faults_of_access() == []
    page.get_by_role("button", name="Set up an app").click()
    url = page.get_by_role("link", name="Open in an app on this device").get_attribute("href") or ""
    page.get_by_label("Code", exact=True).fill(code_of(parse_qs(urlsplit(url).query)["secret"][0]))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", level=1, name="Home").wait_for()
    assert page.get_by_role("link", name="Claims", exact=True).count() == 1


def test_a_passkey_is_added_logs_in_and_is_removed(console: Login, user: dict[str, str]) -> None:
    opened = console(user)
    page = opened.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    opened.go("account")
    page.get_by_label("Name of the new passkey").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    row = page.get_by_role("listitem").filter(has_text="Laptop")
    row.wait_for()
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("navigation", name="Rooms").wait_for()
    opened.go("account")
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog", name="Remove Laptop?").get_by_role("button", name="Remove it").click()
    page.get_by_text("You have none yet.").wait_for()


def test_a_forgotten_password_is_answered_alike_for_everyone(open_page: Open) -> None:
    watched = open_page()
    watched.page.get_by_role("button", name="I have forgotten my password").click()
    assert watched.serious_faults_of_access() == []
    watched.page.get_by_label("E-mail").fill("nobody@payerworks.example")
    watched.page.get_by_role("button", name="Send me a link").click()
    watched.page.get_by_text("a mail with a link for a new password is on its way").wait_for()
    watched.page.get_by_role("button", name="Back to the login").click()
    assert watched.page.get_by_label("E-mail").input_value() == "nobody@payerworks.example"
