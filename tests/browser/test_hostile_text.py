"""What others have typed is shown as text in every room, and never runs."""

import json
import time
from collections.abc import Callable
from urllib.parse import quote

from tests.browser.directory import PASSWORD, made
from tests.browser.watched_page import Console
from tests.integration.conftest import Api
from tests.integration.intake.conftest import finished
from tests.integration.plans.conftest import indexed, new_plan

Login = Callable[..., Console]
HOSTILE = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>\'{{7*7}}'

SHOWN = """[...document.querySelectorAll("main *")].some(each => {
    const text = each.value || (each.childElementCount ? "" : each.textContent);
    return each.checkVisibility() && String(text).includes("onerror");
})"""


def is_text(opened: Console, place: str) -> None:
    opened.go(place)
    opened.settle()
    opened.page.wait_for_function(SHOWN)
    assert opened.page.evaluate("window.ran") is None
    assert opened.page.locator("main img, main script").count() == 0


def test_a_plan_is_shown_as_text(console: Login, api: Api) -> None:
    plan = new_plan() | {"planType": HOSTILE}
    for service in plan["linkedPlanServices"]:
        service["linkedService"]["name"] = HOSTILE
    assert api.post("/v1/plan", plan).status == 201
    indexed(api, plan)
    opened = console()
    for place in (f"plans/{plan['objectId']}", f"plans?planType={quote(HOSTILE)}", f"plans?q={quote('onerror')}"):
        is_text(opened, place)


def test_a_plan_whose_id_is_hostile_can_be_opened(console: Login, api: Api) -> None:
    plan = new_plan() | {"objectId": f"<img src=x onerror=window.ran=1>{time.time_ns()}"}
    assert api.post("/v1/plan", plan).status == 201
    is_text(console(), f"plans/{quote(plan['objectId'], safe='')}")


def test_patients_and_rejects_are_shown_as_text(console: Login, api: Api) -> None:
    number = str(time.time_ns())
    row = {"first_name": "Ada", "last_name": f"{number}{HOSTILE}", "birth_date": "1990-02-14"}
    visit = {"visit_account_number": f"{number}-1", "visit_date": "2024-11-01", "reason": HOSTILE}
    accepted = api.post("/ingest", [{"mrn": number, **row, **visit}])
    assert accepted.status == 202, accepted.body
    finished(api, f"/ingest/{accepted.json()['task_id']}")
    opened = console()
    is_text(opened, f"patients?mrn={number}")
    [patient] = api.get(f"/patients?mrn={number}").json()["patients"]
    is_text(opened, f"patients/{patient['id']}")


def test_institutions_are_shown_as_text(console: Login, api: Api) -> None:
    number = str(time.time_ns())
    institution = made(
        api,
        "/api/v1/institutions",
        {
            "name": f"{number}{HOSTILE}",
            "institution_type": "clinic",
            "license_number": f"L-{number}",
            "contact_email": f"hostile-{number}@payerworks.example",
            "password": PASSWORD,
        },
    )
    opened = console()
    is_text(opened, f"directory/institutions/{institution['id']}")
    is_text(opened, f"directory/institutions?name={number}")


def test_what_an_address_says_is_shown_as_text(console: Login) -> None:
    opened = console()
    opened.watched.expect(400, 404)
    for place in ("plans?q=", "claims?provider_npi=", "patients?last_name=", "audit?patient=", "plans/", "claims/"):
        opened.go(place + quote(HOSTILE, safe=""))
        opened.settle()
        assert opened.page.evaluate("window.ran") is None, place
        assert opened.page.locator("main img, main script").count() == 0, place


def test_an_answer_is_not_taken_for_a_page(console: Login, api: Api) -> None:
    opened = console()
    answer = opened.page.request.get(f"{api.url}/v1/plan/{quote(HOSTILE, safe='')}", headers=api.headers)
    assert (answer.headers["x-content-type-options"], "html" in answer.headers["content-type"]) == ("nosniff", False)
    assert json.loads(answer.text())["status"] == 404
