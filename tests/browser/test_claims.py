"""The room of claims."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route

from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]
CLAIM = {
    "service_date": "2024-03-28",
    "submitted_procedure": "D2391",
    "plan_group_number": "GRP-1",
    "provider_npi": "1234567893",
    "provider_fees": "100.00",
    "allowed_fees": "80.00",
    "member_coinsurance": "10.00",
    "member_copay": "5.00",
}


@pytest.fixture
def stored(api: Api) -> Callable[..., list[Any]]:
    """Store claims of a subscriber that no other test has; each is changed by one of the given changes."""

    subscriber = str(time.time_ns())

    def store(*changes: dict[str, Any]) -> list[Any]:
        claims = [CLAIM | {"subscriber_number": subscriber} | change for change in changes]
        answer = api.post("/claims?partial=true", claims)
        assert answer.status == 207, answer.body
        return [result["claim"] for result in answer.json()]

    return store


def test_a_filter_is_in_the_address_and_a_row_opens_its_claim(console: Login, stored: Callable[..., list[Any]]) -> None:
    first, _ = stored({"member_copay": "5.25"}, {"provider_npi": "1679576722"})
    opened = console()
    opened.go("claims")
    opened.page.get_by_label("Subscriber").fill(first["subscriber_number"])
    opened.page.get_by_text("2 in all").wait_for()
    opened.page.get_by_label("Provider NPI").fill(first["provider_npi"])
    opened.page.get_by_text("1 in all").wait_for()
    assert f"provider_npi={first['provider_npi']}" in opened.page.url
    opened.page.reload()
    opened.page.get_by_text("1 in all").wait_for()
    opened.page.get_by_role("link", name="Mar 28, 2024").click()
    opened.page.get_by_role("heading", level=1, name="Claim of D2391").wait_for()
    total = opened.page.get_by_role("table", name="How the net fee comes about").get_by_role("row").last
    assert "$35.25" in total.inner_text()


def test_a_bad_filter_is_explained(console: Login) -> None:
    opened = console()
    opened.watched.expect(400)
    opened.go("claims?provider_npi=12")
    opened.page.get_by_role("alert").filter(has_text="provider_npi").wait_for()


def test_a_long_list_draws_only_the_rows_in_sight(console: Login, stored: Callable[..., list[Any]]) -> None:
    claims = stored(*({"member_copay": f"{number}.00"} for number in range(250)))
    opened = console()
    opened.go(f"claims?subscriber_number={claims[0]['subscriber_number']}")
    opened.page.get_by_role("row").nth(1).wait_for()
    seen = opened.page.get_by_text("250 in all")
    for _ in range(60):
        opened.page.mouse.wheel(0, 3000)
        if seen.is_visible():
            break
        opened.page.wait_for_timeout(250)
    seen.wait_for()
    assert opened.page.get_by_role("row").count() < 80


def test_a_review_is_decided_and_a_failed_try_loses_nothing(console: Login, stored: Callable[..., list[Any]]) -> None:
    [claim] = stored({"allowed_fees": "500.00"})
    opened = console()
    page = opened.page
    opened.watched.expect(500)
    opened.go(f"claims/{claim['id']}")
    page.get_by_label("Note").fill("The provider sent it twice.")
    page.get_by_label("Decision").select_option("refuse")
    keys: list[str | None] = []
    page.on(
        "request", lambda sent: keys.append(sent.headers.get("idempotency-key")) if "decision" in sent.url else None
    )
    page.route(
        "**/payment/decision", lambda route: route.fulfill(status=500, json={"title": "Internal error"}), times=1
    )
    page.get_by_role("button", name="Refuse").click()
    page.get_by_role("alert").filter(has_text="Internal error").wait_for()
    opened.go("claims")
    opened.go(f"claims/{claim['id']}")
    assert page.get_by_label("Note").input_value() == "The provider sent it twice."
    page.get_by_role("button", name="Refuse").click()
    page.get_by_text("The payment was refused.").wait_for()
    page.get_by_text("Declined").wait_for()
    assert page.get_by_text("The provider sent it twice.").is_visible()
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert keys[0]


def test_a_claim_is_voided_after_a_question(console: Login, stored: Callable[..., list[Any]]) -> None:
    [claim] = stored({"allowed_fees": "500.00"})
    opened = console()
    opened.go(f"claims/{claim['id']}")
    opened.page.get_by_role("button", name="Void").click()
    dialog = opened.page.get_by_role("dialog", name="Void this claim?")
    dialog.get_by_role("button", name="Void the claim").click()
    opened.page.get_by_text("The claim is void.").wait_for()
    opened.page.get_by_role("button", name="Void").wait_for(state="hidden")


def test_a_claim_that_changed_meanwhile_is_not_decided(
    console: Login, stored: Callable[..., list[Any]], api: Api
) -> None:
    [claim] = stored({"allowed_fees": "500.00"})
    opened = console()
    opened.watched.expect(412)
    opened.go(f"claims/{claim['id']}")
    opened.page.get_by_label("Note").fill("Fine.")
    assert api.post(f"/claims/{claim['id']}/void", None).status == 200
    opened.page.get_by_role("button", name="Approve").click()
    opened.page.get_by_role("alert").filter(has_text="The resource has changed").wait_for()
    assert opened.page.get_by_label("Note").input_value() == "Fine."


@pytest.mark.parametrize("width", [400, 1440])
def test_a_list_of_ten_thousand_claims_scrolls_to_its_end(
    console: Login, stored: Callable[..., list[Any]], width: int
) -> None:
    """The pages of the list are made up; as many claims in the table would take the emulator minutes."""
    [claim] = stored({})

    def answer(route: Route) -> None:
        after = int(parse_qs(urlsplit(route.request.url).query).get("cursor", ["0"])[0])
        items = [claim | {"id": f"claim-{number:05}"} for number in range(after, after + 100)]
        following = str(after + 100) if after + 100 < 10_000 else None
        route.fulfill(json={"items": items, "nextCursor": following})

    opened = console(width=width)
    opened.page.route(re.compile(r"/claims\?"), answer)
    opened.go("claims")
    end = opened.page.get_by_text("10,000 in all")
    for _ in range(400):
        if end.count():
            break
        _scroll_to_end(opened)
    end.wait_for()
    _scroll_to_end(opened)
    opened.page.locator("a[href='#/claims/claim-09999']").wait_for()
    assert opened.page.get_by_role("table", name="Claims").get_by_role("link").count() < 100


def _scroll_to_end(opened: Console) -> None:
    opened.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    opened.page.wait_for_timeout(20)
