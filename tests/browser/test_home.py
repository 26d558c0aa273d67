"""The home page: today's claims, and what waits."""

import re
import time
from collections.abc import Callable
from typing import Any

from tests.browser.test_claims import CLAIM
from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]


def todays_claims(opened: Console) -> int:
    text = opened.page.get_by_role("link", name=re.compile("claims( or more)?$")).inner_text()
    return int(text.split(" ")[0].replace(",", ""))


def test_a_claim_received_now_is_among_those_of_today(console: Login, api: Api) -> None:
    claim = CLAIM | {"subscriber_number": str(time.time_ns())}
    assert api.post("/claims?partial=true", [claim]).status == 207
    counts: Any = api.get("/claims/counts").json()
    opened = console()
    opened.page.get_by_text("Claims by hour, at most").wait_for()
    assert todays_claims(opened) >= counts["claims"] > 0
    opened.page.get_by_role("table", name="Claims by the status").get_by_role("link", name="Payment review").click()
    opened.page.get_by_role("heading", level=1, name="Claims").wait_for()
    assert opened.page.get_by_label("Status").input_value() == "payment_review"


def test_a_number_leads_to_what_it_counts(console: Login) -> None:
    opened = console()
    for tile, heading in {"Dead messages": "Operations", "Lag of the search index": "Search indexes"}.items():
        opened.watched.expect(404)  # an index that was not compared yet
        opened.go("")
        opened.page.get_by_role("link", name=tile).click()
        opened.page.get_by_role("heading", level=1, name=heading).wait_for()


def test_users_see_the_numbers_of_their_roles(console: Login, api: Api) -> None:
    credentials = {"email": f"intake-{time.time_ns()}@payerworks.example", "password": "long enough for anyone 7"}
    made = api.post("/users/create", credentials | {"user_type": "staff", "roles": ["intake"]})
    assert made.status == 201, made.body
    page = console(credentials).page
    page.get_by_text("Files being taken in").wait_for()
    assert page.get_by_text("Claims received today").count() == 0
    assert page.get_by_text("Dead messages").count() == 0
