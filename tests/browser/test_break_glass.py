"""A doctor in an emergency reads a patient who is not theirs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from localstack.deployed import aws_client
from tests.browser.directory import People, login_of, people
from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]
REASON = "Fièvre – 40°, not responding"
READERS = ("GetPatientDashboard", "GetPatientRecord")


@pytest.fixture(scope="module")
def known(api: Api) -> People:
    return people(api)


@pytest.fixture(scope="module")
def stranger(api: Api) -> dict[str, str]:
    """The login of a doctor who has nothing to do with the patient."""
    return login_of(people(api).doctor)


@pytest.fixture
def switched_off(stack: dict[str, Any]) -> Iterator[None]:
    """The parameter BreakGlass as it is by default."""
    functions = aws_client(stack, "lambda")

    def put(value: str) -> None:
        for name in (stack["functions"][each] for each in READERS):
            variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            functions.update_function_configuration(
                FunctionName=name, Environment={"Variables": variables | {"BREAK_GLASS": value}}
            )

    put("false")
    yield
    put("true")


def history_of(api: Api, patient: dict[str, Any]) -> list[tuple[str, str | None]]:
    items = api.get(f"/api/v1/patients/{patient['id']}/history").json()["items"]
    return [(each["operation"], each["reason"]) for each in items]


def test_a_doctor_gives_a_reason_by_keyboard_and_reads(
    console: Login, known: People, stranger: dict[str, str], api: Api
) -> None:
    opened = console(stranger)
    page = opened.page
    opened.watched.expect(404)
    before = history_of(api, known.patient)
    page.get_by_role("link", name="Emergency").press("Enter")
    page.get_by_label("Patient id").press_sequentially(known.patient["id"])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Break the glass?").wait_for()
    page.get_by_label("Reason").press("Enter")
    page.get_by_text("must have 1 to 500 characters").wait_for()
    assert history_of(api, known.patient) == before
    page.get_by_label("Reason").press_sequentially(REASON)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=f"Pat Moor{known.number}").wait_for()
    mark = page.get_by_role("note").filter(has_text="You are reading a patient who is not yours.")
    mark.filter(has_text=REASON).wait_for()
    assert page.get_by_role("button", name="Save the notes").count() == 0
    page.get_by_role("button", name="Read the dashboard too").press("Enter")
    page.get_by_role("heading", name="Health score", exact=True).wait_for()
    assert history_of(api, known.patient) == [("break_glass", REASON)] * 2 + before


def test_the_reason_is_in_memory_alone(console: Login, known: People, stranger: dict[str, str]) -> None:
    opened = console(stranger)
    page = opened.page
    opened.watched.expect(404)

    def give_reason() -> None:
        page.get_by_label("Reason").fill("Found in the street")
        page.get_by_role("button", name="Break the glass and read").click()
        page.get_by_role("heading", level=1, name=f"Pat Moor{known.number}").wait_for()

    opened.go(f"directory/patients/{known.patient['id']}")
    give_reason()
    assert "street" not in page.evaluate("JSON.stringify([localStorage, sessionStorage, location.href, history.state])")
    page.reload()
    give_reason()
    page.get_by_role("button", name="End the access").click()
    page.get_by_role("heading", level=1, name="Home").wait_for()
    page.go_back()
    give_reason()
    page.get_by_role("button", name="Log out").click()
    opened.fill_in(stranger)
    page.get_by_role("heading", name="Break the glass?").wait_for()


def test_an_unknown_patient_is_said(console: Login, stranger: dict[str, str]) -> None:
    opened = console(stranger)
    opened.watched.expect(404)
    opened.go("directory/patients/unknown")
    opened.page.get_by_label("Reason").fill("Found in the street")
    opened.page.get_by_role("button", name="Break the glass and read").click()
    opened.page.get_by_text("No patient has this id.").wait_for()


def test_a_switched_off_access_is_said(
    console: Login, known: People, stranger: dict[str, str], switched_off: None, api: Api
) -> None:
    before = history_of(api, known.patient)
    opened = console(stranger, width=400)
    opened.watched.expect(404)
    opened.go(f"directory/patients/{known.patient['id']}")
    opened.page.get_by_text("is switched off in this system").wait_for()
    assert opened.page.get_by_label("Reason").count() == 0
    assert opened.watched.serious_faults_of_access() == []
    assert history_of(api, known.patient) == before


@pytest.mark.parametrize(("width", "dark"), [(400, False), (400, True), (1440, False), (1440, True)])
def test_break_glass_can_be_used_by_everyone(
    console: Login, known: People, stranger: dict[str, str], width: int, dark: bool
) -> None:
    opened = console(stranger, width=width, dark=dark)
    opened.watched.expect(404)

    def check(place: str) -> None:
        opened.settle()
        assert opened.watched.serious_faults_of_access() == [], place
        assert not opened.watched.overflows(), place

    opened.go("directory/emergency")
    check("emergency")
    opened.go(f"directory/patients/{known.patient['id']}")
    opened.page.get_by_label("Reason").fill("x" * 500)
    check("reason")
    opened.page.get_by_role("button", name="Break the glass and read").click()
    opened.page.get_by_role("heading", level=1, name=f"Pat Moor{known.number}").wait_for()
    check("record")
