"""The room of the audit: who read a patient's data, whether the ledger is whole, and the disclosures."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_claims import CLAIM
from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]


@pytest.fixture
def auditor(api: Api) -> dict[str, str]:
    credentials = {"email": f"audit-{time.time_ns()}@payerworks.example", "password": "long enough for anyone 7"}
    made = api.post("/users/create", credentials | {"user_type": "staff", "roles": ["audit"]})
    assert made.status == 201, made.body
    return credentials


def test_a_call_on_a_claim_is_found_by_its_subscriber(console: Login, api: Api, auditor: dict[str, str]) -> None:
    subscriber = str(time.time_ns())
    assert api.post("/claims?partial=true", [CLAIM | {"subscriber_number": subscriber}]).status == 207
    opened = console(auditor)
    page = opened.page
    opened.go(f"audit?patient={subscriber}")
    row = page.get_by_role("row").filter(has_text="Create claims")
    # The ledger is written a moment after the call.
    for _ in range(20):
        if row.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
        page.get_by_role("heading", level=1, name="Audit").wait_for()
        page.wait_for_load_state("networkidle")
    row.get_by_role("link").click()
    dialog = page.get_by_role("dialog", name="Create claims")
    dialog.get_by_text("Write", exact=True).wait_for()
    assert opened.watched.serious_faults_of_access() == []
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert "entry=" not in page.url


def test_the_ledger_is_verified(console: Login, auditor: dict[str, str]) -> None:
    opened = console(auditor)
    opened.go("audit/verify")
    opened.page.get_by_role("button", name="Verify").click()
    opened.page.get_by_text("entries verified").wait_for()
    opened.page.get_by_role("button", name="Verify").wait_for()
    assert opened.page.get_by_text("it was not finished").count() == 0


def test_disclosures_are_downloaded(console: Login, auditor: dict[str, str], tmp_path: Any) -> None:
    opened = console(auditor)
    page = opened.page
    opened.watched.expect(400)
    opened.go("audit/disclosures")
    page.get_by_role("button", name="Download as CSV").click()
    page.locator(".field.is-wrong").get_by_label("Patient id").wait_for()
    page.get_by_label("Patient id").fill("nobody-at-all")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    download.value.save_as(tmp_path / "disclosures.csv")
    assert (tmp_path / "disclosures.csv").read_text().startswith("date,recipient,address,what,purpose,call")
