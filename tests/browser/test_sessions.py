"""Logging in and out, and what happens when a session ends."""

from collections.abc import Callable
from typing import Any

from tests.browser.conftest import Open
from tests.browser.watched_page import Console

Login = Callable[..., Console]


def test_a_wrong_password_is_said_and_what_was_typed_stays(open_page: Open, stack: dict[str, Any]) -> None:
    console = Console(open_page())
    console.watched.expect(401)
    console.fill_in(stack["admin"] | {"password": "not the password"})
    console.page.get_by_role("alert").filter(has_text="The e-mail or the password is wrong.").wait_for()
    assert console.page.get_by_label("E-mail").input_value() == stack["admin"]["email"]


def test_a_session_outlives_its_page_and_leaves_no_token_behind(console: Login) -> None:
    page = console().page
    assert page.evaluate("document.cookie") == ""
    kept = page.evaluate("[...Object.values(localStorage), ...Object.values(sessionStorage)].join(' ')")
    assert "eyJ" not in kept
    [cookie] = page.context.cookies(f"{page.url.partition('console')[0]}auth/refresh")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Strict", True)
    assert cookie["value"] not in kept
    page.reload()
    page.get_by_role("heading", level=1, name="Home").wait_for()


def test_a_logout_ends_the_session_in_every_tab(console: Login, open_page: Open) -> None:
    first = console().page
    second = open_page(context=first.context).page
    second.get_by_role("heading", level=1, name="Home").wait_for()
    first.get_by_role("button", name="Log out").click()
    for page in (first, second):
        page.get_by_role("heading", level=1, name="Log in").wait_for()
    second.reload()
    second.get_by_role("heading", level=1, name="Log in").wait_for()


def test_an_ended_session_asks_for_the_password_and_keeps_the_page(console: Login, stack: dict[str, Any]) -> None:
    opened = console()
    page = opened.page
    opened.watched.expect(401)
    opened.go("account")
    page.get_by_text("This one").wait_for()
    # Ended elsewhere: the browser's cookie and token open nothing any more.
    page.context.clear_cookies()
    page.route(
        "**/auth/sessions", lambda route: route.fulfill(status=401, json={"status": 401, "title": "No"}), times=1
    )
    page.goto(f"{opened.watched.base}/console#/")
    page.goto(f"{opened.watched.base}/console#/account")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_label("Password").fill(stack["admin"]["password"])
    dialog.get_by_role("button", name="Log in").click()
    dialog.wait_for(state="hidden")
    # The call that found the session ended went on after the login.
    page.get_by_text("This one").wait_for()
    assert page.get_by_role("alert").count() == 0
