"""The room of the registry's patients."""

import time
from collections.abc import Callable

import pytest

from tests.browser.directory import People, people
from tests.browser.test_claims import CLAIM
from tests.browser.watched_page import Console
from tests.integration.conftest import Api
from tests.integration.intake.conftest import finished

Login = Callable[..., Console]


@pytest.fixture
def registered(api: Api) -> People:
    """People of the directory whose patient has two visits in the registry, and a claim."""
    known = people(api)
    row = {
        "mrn": known.patient["mrn"],
        "first_name": known.patient["first_name"],
        "last_name": known.patient["last_name"],
        "birth_date": known.patient["date_of_birth"],
        "reason": "Check of the blood pressure",
    }
    visits = [{"visit_account_number": f"{known.number}-{n}", "visit_date": f"2024-11-0{n}"} for n in (1, 2)]
    answer = api.post("/ingest", [row | visit for visit in visits])
    assert answer.status == 202, answer.body
    finished(api, f"/ingest/{answer.json()['task_id']}")
    claim = CLAIM | {"subscriber_number": known.patient["subscriber_number"]}
    assert api.post("/claims?partial=true", [claim]).status == 207
    return known


def test_a_patient_is_found_by_name_with_visits_and_claims(console: Login, registered: People) -> None:
    opened = console()
    page = opened.page
    name = f"Moor{registered.number}"
    opened.go(f"patients?last_name={name}")
    for _ in range(20):
        # The index follows the table.
        if page.get_by_role("link", name=f"{name}, Pat").count():
            break
        time.sleep(1)
        page.get_by_role("button", name="Reload").click()
        opened.settle()
    page.get_by_role("link", name=f"{name}, Pat").click()
    page.get_by_role("heading", level=1, name=f"Pat {name}").wait_for()
    assert page.get_by_text("Check of the blood pressure").count() == 2
    page.get_by_role("link", name="Mar 28, 2024").wait_for()
    page.get_by_role("link", name=f"Pat {name}").click()
    page.get_by_role("heading", name="Validation").wait_for()


def test_a_patient_is_found_by_mrn_as_one_types(console: Login, registered: People) -> None:
    opened = console(width=400)
    opened.go("patients")
    opened.page.get_by_label("MRN").fill(registered.patient["mrn"])
    opened.page.get_by_text("1 in all, page 1 of 1").wait_for()
    assert opened.watched.serious_faults_of_access() == []
    assert not opened.watched.overflows()


def test_a_name_that_nobody_has_finds_nothing(console: Login) -> None:
    opened = console()
    opened.go(f"patients?last_name=nobody{time.time_ns()}")
    opened.page.get_by_text("No patient matches these filters.").wait_for()
