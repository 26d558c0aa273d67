"""The room of the directory: people, their profiles, contacts and histories, and appointments."""

import datetime
from collections.abc import Callable

import pytest

from tests.browser.directory import PASSWORD, People, people
from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]
PARTS = ("", "/dashboard", "/health", "/record", "/appointments", "/contacts", "/history")


@pytest.fixture
def known(api: Api) -> People:
    return people(api)


def test_people_are_found_by_how_their_name_begins(console: Login, known: People) -> None:
    opened = console()
    opened.go("directory/patients")
    opened.page.get_by_label("Last name begins with").fill(f"moor{known.number}")
    opened.page.get_by_text("1 in all").wait_for()
    assert f"last_name=moor{known.number}" in opened.page.url
    opened.page.get_by_label("Doctor", exact=True).fill(f"Field{known.number}")
    opened.page.get_by_role("option", name="Ada").wait_for()
    opened.page.keyboard.press("Enter")
    opened.page.get_by_text("1 in all").wait_for()
    assert opened.page.evaluate("document.activeElement.textContent").startswith("Change")
    assert f"doctor_id={known.doctor['id']}" in opened.page.url
    opened.page.get_by_role("link", name=f"Moor{known.number}, Pat").click()
    opened.page.get_by_role("heading", level=1, name=f"Pat Moor{known.number}").wait_for()


def test_a_person_is_made_by_a_form_that_shows_each_fault_at_its_field(console: Login, known: People) -> None:
    opened = console()
    page = opened.page
    opened.watched.expect(400)
    opened.go("directory/doctors/new")
    page.get_by_label("First name").fill("Grace")
    page.get_by_label("Last name").fill(f"Hill{known.number}")
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_label("Set here").check()
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Add the doctor").click()
    page.get_by_role("alert").wait_for()
    wrong = page.locator(".field.is-wrong").filter(has=page.get_by_label("E-mail"))
    assert wrong.count() == 1
    assert page.get_by_label("Medical license").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("First name").get_attribute("aria-invalid") == "false"
    assert page.get_by_label("First name").input_value() == "Grace"
    page.get_by_label("E-mail").fill(f"hill-{known.number}@payerworks.example")
    page.get_by_label("Medical license").fill(f"H-{known.number}")
    page.get_by_label("Specialty").select_option("cardiology")
    page.get_by_label("Years of experience").fill("7")
    page.get_by_label("Consultation fee in dollars").fill("80.50")
    page.get_by_label("Institution").fill(f"Harbor Clinic {known.number}")
    page.get_by_role("option", name="Harbor").click()
    page.get_by_role("button", name="Add the doctor").click()
    page.get_by_role("heading", level=1, name=f"Grace Hill{known.number}").wait_for()
    page.get_by_text("$80.50").wait_for()
    page.get_by_role("link", name=f"Harbor Clinic {known.number}").wait_for()


def test_what_others_changed_in_the_meantime_is_shown_and_kept(console: Login, known: People, api: Api) -> None:
    opened = console()
    page = opened.page
    opened.watched.expect(412)
    path = f"/api/v1/doctors/{known.doctor['id']}"
    opened.go(f"directory/doctors/{known.doctor['id']}")
    page.get_by_role("button", name="Edit Profile").click()
    page.get_by_label("First name").fill("Adele")
    page.get_by_label("Years of experience").fill("13")
    assert api.call("PUT", path, {"first_name": "Adah", "consultation_fee": "99.00"}).status == 200
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Somebody changed this in the meantime.").wait_for()
    assert page.get_by_label("First name").input_value() == "Adele"
    page.get_by_role("button", name="Read again").click()
    page.get_by_text("In the meantime it became: Adah").wait_for()
    assert page.get_by_label("Consultation fee in dollars").input_value() == "99"
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The changes were saved.").wait_for()
    stored = api.get(path).json()
    assert (stored["first_name"], stored["years_experience"], stored["consultation_fee"]) == ("Adele", 13, 99)


def test_a_deleted_person_is_found_and_restored(console: Login, known: People) -> None:
    opened = console()
    page = opened.page
    opened.watched.expect(404)
    opened.go(f"directory/patients/{known.patient['id']}")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the patient").click()
    page.get_by_role("heading", level=1, name="Patients").wait_for()
    opened.go(f"directory/patients?deleted=true&last_name=Moor{known.number}")
    page.get_by_role("link", name=f"Moor{known.number}, Pat").click()
    page.get_by_role("heading", level=1, name="Deleted patient").wait_for()
    page.get_by_role("button", name="Restore").click()
    page.get_by_role("heading", level=1, name=f"Pat Moor{known.number}").wait_for()
    page.get_by_role("link", name="History").click()
    page.get_by_text("Restored").wait_for()


def test_contacts_are_changed_and_verified(console: Login, known: People, api: Api) -> None:
    opened = console()
    page = opened.page
    opened.watched.expect(400)
    opened.go(f"directory/institutions/{known.institution['id']}/contacts")
    page.get_by_role("button", name="Edit the contacts").click()
    page.get_by_role("button", name="Add a phone").click()
    page.get_by_label("Number").fill("555")
    page.get_by_role("group", name="E-mail 1").get_by_label("Verified").check()
    page.get_by_role("button", name="Save the contacts").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Number").get_attribute("aria-invalid") == "true"
    page.get_by_label("Number").fill("+15551234567")
    page.get_by_role("button", name="Save the contacts").click()
    page.get_by_text("The contacts were saved.").wait_for()
    contacts = api.get(f"/api/v1/institutions/{known.institution['id']}/contacts").json()
    assert contacts["phones"][0]["number"] == "+15551234567"
    assert contacts["phones"][0]["is_primary"] is True
    assert contacts["emails"][0]["is_verified"] is True


def test_an_institution_is_verified(console: Login, known: People, api: Api) -> None:
    opened = console()
    opened.go(f"directory/institutions/{known.institution['id']}")
    opened.page.get_by_role("button", name="Mark as verified").click()
    opened.page.get_by_text("Verified", exact=True).wait_for()
    assert api.get(f"/api/v1/institutions/{known.institution['id']}").json()["is_verified"] is True


def test_an_appointment_is_booked_moved_and_completed(console: Login, known: People, api: Api) -> None:
    tomorrow = str(datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1))
    opened = console()
    page = opened.page
    opened.watched.expect(409)
    opened.go(f"directory/patients/{known.patient['id']}/appointments")
    page.get_by_role("link", name="Book").click()
    page.get_by_label("Doctor").fill(f"Field{known.number}")
    page.get_by_role("option", name="Ada").click()
    page.get_by_label("Day").fill(tomorrow)
    page.get_by_label("Time").fill("09:30")
    page.get_by_role("button", name="Book").click()
    page.get_by_role("heading", level=1, name="Appointment", exact=True).wait_for()
    page.get_by_label("Time").fill("10:15")
    page.get_by_role("button", name="Move").click()
    page.get_by_text("The appointment has another time.").wait_for()
    page.get_by_role("button", name="Check in").click()
    page.get_by_text("Checked in", exact=True).wait_for()
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("dialog").get_by_role("button", name="Complete").click()
    page.get_by_text("Completed", exact=True).wait_for()
    opened.go(f"directory/appointments?day={tomorrow}&doctor_id={known.doctor['id']}")
    page.get_by_text("1 in all").wait_for()
    page.get_by_role("cell", name=f"Pat Moor{known.number}").wait_for()
    [appointment] = api.get(f"/api/v1/appointments?doctor_id={known.doctor['id']}").json()["items"]
    assert appointment["status"] == "completed"
    assert appointment["start"].startswith(f"{tomorrow}T10:15")


def test_support_reads_what_it_may_and_is_offered_no_change(console: Login, known: People, api: Api) -> None:
    support = {"email": f"support-{known.number}@payerworks.example", "password": PASSWORD}
    assert api.post("/users/create", support | {"user_type": "staff", "roles": ["support"]}).status == 201
    opened = console(support)
    opened.go(f"directory/patients/{known.patient['id']}")
    opened.page.get_by_role("link", name="Medical record").click()
    opened.page.get_by_text("Notes of the doctor").wait_for()
    assert opened.page.get_by_role("button", name="Delete").count() == 0
    opened.go("directory/patients/new")
    opened.page.get_by_text("Your account may not open this page.").wait_for()


@pytest.mark.parametrize(("width", "dark"), [(400, False), (400, True), (1440, False), (1440, True)])
def test_every_part_of_a_person_can_be_used_by_everyone(console: Login, known: People, width: int, dark: bool) -> None:
    opened = console(width=width, dark=dark)
    places = [f"directory/patients/{known.patient['id']}{part}" for part in PARTS]
    places += [f"directory/doctors/{known.doctor['id']}", f"directory/institutions/{known.institution['id']}"]
    places += ["directory/appointments", "directory/appointments/new", "directory/doctors/new"]
    for place in places:
        opened.go(place)
        opened.settle()
        assert opened.watched.serious_faults_of_access() == [], place
        assert not opened.watched.overflows(), place
