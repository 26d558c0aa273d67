"""The tour of docs/tour.md, step by step; with PAYERWORKS_PICTURES=folder, it saves the pictures of that page."""

import os
import pathlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator

from tests.browser.directory import login_of
from tests.browser.test_intake import JOB_SECONDS, sent
from tests.browser.tour import VISITS, VISITS_NAME, World, make_world
from tests.browser.watched_page import Console

Login = Callable[..., Console]
PICTURES = os.environ.get("PAYERWORKS_PICTURES")
WIDTH, HEIGHT = 1280, 900
LEAST_HEIGHT, MOST_HEIGHT, BELOW = 500, 2000, 16
"""Of pictures, in pixels: the navigation is never cut; below what is shown there is a little air."""


@pytest.fixture(scope="module")
def world(stack: dict[str, Any]) -> World:
    return make_world(stack)


@pytest.fixture
def tour(console: Login, world: World) -> Login:
    """The console as the tour's administrator, or another of its people, sees it."""
    return lambda credentials=None, **options: console(credentials or world.admin, width=WIDTH, **options)


def picture(name: str, opened: Console, last: Locator) -> None:
    """Save the page down to the end of `last`, if pictures are wanted."""
    last.wait_for()
    opened.settle()
    if PICTURES is None:
        return
    page = opened.page
    for toast in page.locator(".toasts > *").all():
        toast.wait_for(state="detached")
    page.mouse.move(0, 0)
    page.set_viewport_size({"width": WIDTH, "height": MOST_HEIGHT})
    box = last.bounding_box()
    assert box is not None
    page.set_viewport_size({"width": WIDTH, "height": max(LEAST_HEIGHT, round(box["y"] + box["height"]) + BELOW)})
    pathlib.Path(PICTURES).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=pathlib.Path(PICTURES) / f"{name}.png")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def panel(opened: Console, title: str) -> Locator:
    return opened.page.locator(".panel").filter(has=opened.page.get_by_role("heading", name=title, exact=True))


@pytest.mark.parametrize(("dark", "name"), [(False, "home"), (True, "home-dark")])
def test_home_shows_what_came_in_and_what_waits(tour: Login, dark: bool, name: str) -> None:
    opened = tour(dark=dark)
    page = opened.page
    page.get_by_role("link", name=re.compile("9 claims$")).wait_for()
    review = page.locator(".tile").filter(has=page.get_by_role("link", name="Claims in review"))
    review.get_by_text("1", exact=True).wait_for()
    panel(opened, "System").get_by_text("OpenSearch").wait_for()
    picture(name, opened, panel(opened, "System"))


def test_a_plan_is_found_by_words_and_a_copay_is_changed_in_place(tour: Login) -> None:
    opened = tour()
    page = opened.page
    opened.go("plans")
    page.get_by_label("Words in a service").fill("physio")
    page.get_by_text("2 in all").wait_for()
    picture("plan-search", opened, page.get_by_text("2 in all"))
    page.get_by_role("link", name="gold-family").click()
    copay = page.get_by_label("Copay of Physiotherapy session")
    assert copay.input_value() == "30"
    copay.fill("22.50")
    page.get_by_text("1 change not saved").wait_for()
    picture("plan-change", opened, page.get_by_role("region", name="Changes"))
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The plan was saved.").wait_for()
    page.get_by_role("link", name="History").click()
    changed = panel(opened, "What version 2 changed")
    changed.get_by_text("Copay of Physiotherapy session").wait_for()
    assert changed.locator("ins").inner_text().endswith("22.5")
    picture("plan-history", opened, changed)


@pytest.mark.parametrize(("dark", "name"), [(False, "claim"), (True, "claim-dark")])
def test_a_claim_shows_how_its_net_fee_comes_about_and_how_it_was_paid(
    tour: Login, world: World, dark: bool, name: str
) -> None:
    opened = tour(dark=dark)
    opened.go(f"claims/{world.paid['id']}")
    total = opened.page.get_by_role("table", name="How the net fee comes about").get_by_role("row").last
    assert "$545.00" in total.inner_text()
    panel(opened, "Payment").get_by_text("Settled").wait_for()
    picture(name, opened, panel(opened, "Details"))


def test_a_claim_in_review_is_decided(tour: Login, world: World) -> None:
    opened = tour()
    page = opened.page
    opened.go("claims?status=payment_review")
    page.get_by_text("1 in all").wait_for()
    page.get_by_role("table").get_by_role("link").click()
    page.get_by_text("In review:").wait_for()
    page.get_by_label("Decision").select_option("refuse")
    page.get_by_label("Note").fill("Provider fee and allowed fee were mixed up. The provider sends it again.")
    picture("claim-review", opened, panel(opened, "Net fee"))
    page.get_by_role("button", name="Refuse").click()
    page.get_by_text("The payment was refused.").wait_for()
    panel(opened, "Payment").get_by_text("Declined").wait_for()


def test_a_bad_row_of_a_file_is_corrected_in_place(tour: Login, world: World, stack: dict[str, Any]) -> None:
    opened = tour()
    page = opened.page
    opened.watched.expect(f"/{stack['intake_bucket']}")
    opened.go("intake/send")
    sent(page, VISITS_NAME, VISITS)
    page.get_by_text("5 rows read, patients created: 3, visits created: 4, rejected: 1.").wait_for(timeout=JOB_SECONDS)
    page.get_by_role("link", name="Correct 1 reject").click()
    page.get_by_text("is a date that does not exist").wait_for()
    picture("file-rejects", opened, panel(opened, "Send the rows again"))
    page.get_by_label("visit_date, line 4").fill("2025-03-03")
    page.get_by_role("button", name="Send 1 row").click()
    page.get_by_text("1 row read, patients created: 1, visits created: 1.").wait_for(timeout=JOB_SECONDS)
    [patient] = world.api.get("/patients?mrn=SM-1003").json()["patients"]
    assert [visit["visit_date"] for visit in patient["visits"]] == ["2025-03-03"]


def test_a_patient_gets_full_access_step_by_step_and_the_audit_names_them(tour: Login, world: World) -> None:
    place = f"directory/patients/{world.patient['id']}"
    doctor = tour(login_of(world.doctor))
    doctor.go(place)
    doctor.page.get_by_label("Reason").fill("Seen in person, passport checked.")
    picture("patient-steps", doctor, panel(doctor, "Validation"))
    _take(doctor, "Validated by doctor")
    institution = tour(login_of(world.institution))
    institution.go(place)
    _take(institution, "Validated by institution")
    admin = tour()
    admin.go(place)
    _take(admin, "Full access")

    page = admin.page
    steps = page.get_by_role("row").filter(has_text="Validate patient")
    admin.go(f"audit?patient={world.patient['id']}")
    for _ in range(20):
        # The ledger is written a moment after the call.
        page.wait_for_load_state("networkidle")
        if steps.count() == 3:
            break
        page.wait_for_timeout(1000)
        page.reload()
    for step, user_type in zip(steps.all(), ("Admin", "Institution", "Doctor"), strict=True):
        assert user_type in step.inner_text()
    picture("audit", admin, page.get_by_role("row").nth(8))
    steps.last.get_by_role("link").click()
    page.get_by_role("dialog").get_by_text("Seen in person, passport checked.").wait_for()

    patient = tour(login_of(world.patient))
    patient.page.get_by_text("You can read everything of yours.").wait_for()
    panel(patient, "Current conditions").get_by_text("Essential hypertension").wait_for()
    picture("patient-home", patient, panel(patient, "Current conditions"))
    patient.page.get_by_role("link", name="Your page").click()
    patient.page.get_by_role("link", name="Medical record").click()
    panel(patient, "Visits").get_by_text("Annual physical").wait_for()


def _take(opened: Console, step: str) -> None:
    opened.page.get_by_role("button", name=f"Next step: {step}").click()
    opened.page.get_by_text(f"The validation is now: {step.lower()}.").wait_for()


def test_operations_show_servers_and_queues(tour: Login) -> None:
    opened = tour()
    page = opened.page
    opened.go("operations")
    servers = panel(opened, "Servers")
    for name in ("DynamoDB", "OpenSearch", "SQS", "Redis"):
        servers.get_by_role("listitem").filter(has_text=name).get_by_text("Up", exact=True).wait_for()
    claims = page.get_by_role("row", name="claim-payments")
    claims.wait_for()
    picture("operations", opened, page.get_by_role("row").nth(8))
