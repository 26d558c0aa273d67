"""GET /docs and GET /redoc: the API's description, from our own files alone."""

from typing import Any

from tests.browser.conftest import Open


def test_swagger_ui_shows_the_operations_and_tries_one_out_as_a_user(open_page: Open, stack: dict[str, Any]) -> None:
    page = open_page("docs").page
    page.get_by_role("textbox", name="E-mail").fill(stack["admin"]["email"])
    page.locator("#login input[type=password]").fill(stack["admin"]["password"])
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_text(f"Logged in as {stack['admin']['email']}").wait_for()
    page.locator("#operations-claims-list_claims").get_by_role("button").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    status = page.locator("#operations-claims-list_claims .live-responses-table .response-col_status")
    status.filter(has_text="200").first.wait_for()


def test_a_login_that_fails_says_why(open_page: Open) -> None:
    watched = open_page("docs")
    watched.expect(401)
    watched.page.get_by_role("textbox", name="E-mail").fill("nobody@payerworks.example")
    watched.page.locator("#login input[type=password]").fill("not their password")
    watched.page.get_by_role("button", name="Log in", exact=True).click()
    watched.page.get_by_text("The e-mail or the password is wrong.").wait_for()


def test_redoc_shows_the_operations(open_page: Open) -> None:
    page = open_page("redoc").page
    page.get_by_role("heading", name="Payerworks").first.wait_for()
    page.locator("[id='operation/create_plan']").wait_for(state="attached")
