"""What doctors, institutions and patients see: their homes, and a patient's way from step to step of the validation."""

from collections.abc import Callable

import pytest

from tests.browser.directory import PASSWORD, People, as_person, login_of, people, validate
from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]


@pytest.fixture
def known(api: Api) -> People:
    return people(api)


def test_a_patient_reads_more_with_each_step(console: Login, known: People, api: Api) -> None:
    patient = known.patient
    own = console(login_of(patient))
    own.page.get_by_text("Next, your doctor can take the step “Validated by doctor”.").wait_for()
    assert own.page.get_by_text("Health score").count() == 0
    doctor = console(login_of(known.doctor))
    doctor.page.get_by_role("link", name=f"Moor{known.number}, Pat").click()
    doctor.page.get_by_label("Reason").fill("Known for ten years.")
    doctor.page.get_by_role("button", name="Next step: Validated by doctor").click()
    doctor.page.get_by_text("Next, the patient's institution can take the step").wait_for()
    own.page.reload()
    own.page.get_by_role("heading", name="Health score", exact=True).wait_for()
    own.page.get_by_text(f"Ada Field{known.number}").wait_for()
    institution = console(login_of(known.institution))
    waiting = institution.page.get_by_role("table", name="Patients").first
    waiting.get_by_role("link", name=f"Moor{known.number}, Pat").click()
    institution.page.get_by_role("button", name="Next step: Validated by institution").click()
    institution.page.get_by_text("Next, the directory's staff can take the step").wait_for()
    validate(api, patient, "full_access")
    own.go("directory")
    own.page.get_by_role("link", name="Medical record").click()
    own.page.get_by_text("Notes of the doctor").wait_for()
    history = api.get(f"/api/v1/patients/{patient['id']}/history").json()["items"]
    assert "Known for ten years." in [change["reason"] for change in history]


def test_an_institution_is_told_who_waits_for_it_also_through_its_doctors(
    console: Login, known: People, api: Api
) -> None:
    through_doctor = api.post(
        "/api/v1/patients",
        {
            "first_name": "Lee",
            "last_name": f"Through{known.number}",
            "date_of_birth": "1970-01-02",
            "contact_email": f"through-{known.number}@payerworks.example",
            "doctor_id": known.doctor["id"],
            "password": PASSWORD,
        },
    ).json()
    doctor = as_person(api, known.doctor)
    for patient in (known.patient, through_doctor):
        step = doctor.post(f"/api/v1/patients/{patient['id']}/validation", {"status": "validated_by_doctor"})
        assert step.status == 200, step.body
    opened = console(login_of(known.institution))
    waiting = opened.page.locator("section", has_text="Patients to validate")
    waiting.get_by_text("2 in all").wait_for()
    waiting.get_by_role("link", name=f"Through{known.number}, Lee").click()
    opened.page.get_by_role("button", name="Next step: Validated by institution").click()
    opened.page.get_by_text("Next, the directory's staff can take the step").wait_for()


def test_a_doctor_writes_corrects_and_deletes_an_entry(console: Login, known: People, api: Api) -> None:
    opened = console(login_of(known.doctor))
    page = opened.page
    opened.watched.expect(400)
    opened.go(f"directory/patients/{known.patient['id']}/health")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Name").fill("Hypertension")
    page.get_by_label("Code system").select_option("ICD-10-CM")
    page.get_by_label("Code (optional)").fill("high")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Code (optional)").get_attribute("aria-invalid") == "true"
    page.get_by_label("Code (optional)").fill("I10")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The condition was added.").wait_for()
    page.get_by_role("button", name="Edit Hypertension").click()
    page.get_by_label("Since").fill("2020-01-05")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The entry was corrected.").wait_for()
    page.get_by_text("ICD-10-CM I10 · since Jan 5, 2020").wait_for()
    page.get_by_role("button", name="Versions Hypertension").click()
    page.get_by_role("dialog").get_by_text("Created").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete Hypertension").click()
    page.get_by_role("button", name="Delete the entry").click()
    page.get_by_text("The entry was deleted.").wait_for()
    doctor = as_person(api, known.doctor)
    assert doctor.get(f"/api/v1/patients/{known.patient['id']}/conditions").json()["items"] == []


def test_notes_that_another_wrote_in_the_meantime_are_not_lost(console: Login, known: People, api: Api) -> None:
    path = f"/api/v1/doctors/me/patients/{known.patient['id']}/medical-record"
    opened = console(login_of(known.doctor))
    page = opened.page
    opened.watched.expect(412)
    opened.go(f"directory/patients/{known.patient['id']}/record")
    page.get_by_label("Notes", exact=True).fill("Sleeps well.")
    assert api.call("PUT", path, {"notes": "Takes walks."}).status == 200
    page.get_by_role("button", name="Save the notes").click()
    page.get_by_role("button", name="Read again").click()
    page.get_by_text("Takes walks.").wait_for()
    assert page.get_by_label("Notes", exact=True).input_value() == "Sleeps well."
    page.get_by_label("Notes", exact=True).fill("Takes walks. Sleeps well.")
    page.get_by_role("button", name="Save the notes").click()
    page.get_by_text("The notes were saved.").wait_for()
    record = as_person(api, known.doctor).get(path).json()
    assert record["notes"]["notes"] == "Takes walks. Sleeps well."


def test_a_patient_changes_what_is_theirs_alone(console: Login, known: People, api: Api) -> None:
    opened = console(login_of(known.patient))
    page = opened.page
    opened.go("directory")
    page.get_by_role("button", name="Edit Profile").click()
    assert page.get_by_label("MRN").count() == 0
    page.get_by_label("Emergency contact (optional)", exact=True).fill("Kim Moor")
    page.get_by_label("Phone of the emergency contact").fill("+15551234567")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Kim Moor").wait_for()
    page.get_by_role("button", name="Edit What the patient says of their health").click()
    page.get_by_label("Height in cm").fill("170")
    page.get_by_label("Smokes").select_option("false")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("170").wait_for()
    stored = api.get(f"/api/v1/patients/{known.patient['id']}").json()
    assert stored["health_profile"] == {"height_cm": 170, "is_smoker": False}
    assert stored["emergency_contact_name"] == "Kim Moor"


@pytest.mark.parametrize(("width", "dark"), [(400, True), (1440, False)])
def test_every_home_can_be_used_by_everyone(console: Login, known: People, width: int, dark: bool) -> None:
    for person in (known.patient, known.doctor, known.institution):
        opened = console(login_of(person), width=width, dark=dark)
        for place in ("", "directory", "directory/appointments"):
            opened.go(place)
            opened.settle()
            assert opened.watched.serious_faults_of_access() == [], place
            assert not opened.watched.overflows(), place
