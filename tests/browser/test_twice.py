"""Hands that are quicker than the network: a button pressed twice does its work once."""

import time
from collections.abc import Callable

from playwright.sync_api import Route

from tests.browser.directory import fill_in_institution, institutions_named, made
from tests.browser.watched_page import Console
from tests.integration.claims.conftest import new_claim, new_npi
from tests.integration.conftest import Api

Login = Callable[..., Console]


def slowed(opened: Console, path: str) -> list[str]:
    """Have calls that write answer late; returns their methods as they come."""
    seen: list[str] = []

    def wait(route: Route) -> None:
        if route.request.method in ("POST", "PUT", "PATCH", "DELETE"):
            seen.append(route.request.method)
            time.sleep(0.5)
        route.continue_()

    opened.page.route(path, wait)
    return seen


def test_an_institution_is_added_once(console: Login, api: Api) -> None:
    opened = console()
    page = opened.page
    name = f"Quick Clinic {time.time_ns()}"
    fill_in_institution(opened, name)
    seen = slowed(opened, "**/api/v1/institutions")
    page.get_by_role("button", name="Add the institution").dblclick()
    page.get_by_role("heading", level=1, name=name).wait_for()
    assert seen == ["POST"]
    assert institutions_named(api, name) == [name]


def test_a_claim_is_made_void_once(console: Login, api: Api) -> None:
    claim = made(api, "/claims", new_claim(new_npi(), allowed_fees="500.00"))
    opened = console()
    page = opened.page
    opened.go(f"claims/{claim['id']}")
    page.get_by_role("button", name="Void", exact=True).click()
    seen = slowed(opened, "**/claims/*/void")
    page.get_by_role("dialog").get_by_role("button", name="Void the claim").dblclick()
    page.get_by_role("dialog").wait_for(state="hidden")
    assert seen == ["POST"]
    assert api.get(f"/claims/{claim['id']}").json()["status"] == "void"
