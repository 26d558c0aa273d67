"""The commands of the directory beyond what its people have in common: lists, validation, health, appointments."""

import datetime
from typing import get_args

import pytest

from appointments.appointment import models as appointment_models
from auth.users.rights import VALIDATION_STATUSES
from directory.specialties.specialties import SPECIALTIES
from doctors.doctor import models as doctor_models
from institutions.institution import models as institution_models
from patients.entries import models as entry_models
from patients.patient import models as patient_models
from patients.validation import models as validation_models
from payerworks_cli.appointments import appointment
from payerworks_cli.doctors import doctor
from payerworks_cli.institutions import institution
from payerworks_cli.patients import entry, patient, validate
from payerworks_cli.people.members import option_names
from tests.unit.cli import directory
from tests.unit.cli.conftest import printed
from tests.unit.cli.directory import People, made, make_people, pairs, told
from tests.unit.cli.logins import log_in, payerworks

pytestmark = pytest.mark.usefixtures("home", "service")

START = "2030-12-02T09:30:00-05:00"


@pytest.fixture
def people() -> People:
    """An institution, its doctor and their patient, each with a profile."""
    return make_people()


def walk(people: People) -> None:
    """Take all steps of the patient's validation."""
    for name in ("doctor", "clinic", "default"):
        printed(payerworks("patients", "validate", people.patient, "--profile", name))


def ids(*arguments: str) -> list[str]:
    """The ids that a list prints."""
    listed = told(*arguments)
    assert listed["more"] is False
    return [each["id"] for each in listed["items"]]


def test_the_words_to_choose_from_are_those_of_the_service() -> None:
    assert get_args(institution.InstitutionType) == get_args(institution_models.InstitutionType)
    assert get_args(doctor.ProfessionalStatus) == get_args(doctor_models.ProfessionalStatus)
    assert get_args(patient.ValidationStatus) == VALIDATION_STATUSES
    assert get_args(patient.BloodType) == get_args(patient_models.BloodType)
    assert get_args(patient.AlcoholFrequency) == get_args(patient_models.AlcoholFrequency)
    assert get_args(validate.NextStatus) == get_args(validation_models.NextStatus)
    assert get_args(entry.CodeSystem) == get_args(entry_models.CodeSystem)
    assert option_names(entry.EntryMembers).keys() == entry_models.NewEntry.model_fields.keys()
    assert get_args(appointment.Status) == get_args(appointment_models.AppointmentStatus)
    assert option_names(appointment.NewAppointment).keys() == appointment_models.NewAppointment.model_fields.keys()
    changes = appointment_models.AppointmentChanges.model_fields.keys()
    assert option_names(appointment.AppointmentChanges).keys() == changes


def test_institutions_are_listed_by_filters_and_counted() -> None:
    printed(log_in())
    first = made("institutions", "a@example.com", *directory.INSTITUTION, "--accredited-until", "2026-12-31")["id"]
    other = ("--name", "Zion Clinic", "--type", "clinic", "--license-number", "H-8", "--active", "no")
    second = made("institutions", "b@example.com", *other)["id"]
    listed = ("institutions", "list")
    assert ids(*listed) == [first, second]
    for options, found in (
        (("--name", "ZION"), second),
        (("--type", "hospital"), first),
        (("--region", "North"), first),
        (("--active", "no"), second),
        (("--verified", "no", "--active", "yes"), first),
        (("--accredited-until", "2027-01-31"), first),
    ):
        assert ids(*listed, *options) == [found], options
    assert ids(*listed, "--accredited-until", "2026-01-31") == []
    assert "1 institution; `--limit 10` shows more" in printed(payerworks(*listed, "--limit", "1"))
    assert "  --region: " in payerworks(*listed, "--region", " ").stderr
    said = [line.split() for line in printed(payerworks("institutions", "counts")).splitlines()]
    assert sorted(said[1:]) == [["2", "institutions"], ["clinic", "–", "1"], ["hospital", "North", "1"]]


def test_doctors_and_patients_are_listed_by_filters(people: People) -> None:
    other = ("--first-name", "Ben", "--last-name", "Adams", "--medical-license", "ML-8", "--specialty", "dermatology")
    other += ("--years-experience", "3", "--consultation-fee", "80")
    ben = made("doctors", "ben@example.com", *other)["id"]
    second = made("patients", "lee@example.com", *directory.PATIENT, "--last-name", "Lee", "--doctor", ben)["id"]
    told("doctors", "update", ben, "--status", "suspended")
    assert ids("doctors", "list") == [ben, people.doctor]
    for options, found in (
        (("--last-name", "fie", "--first-name", "a"), people.doctor),
        (("--institution", people.institution), people.doctor),
        (("--specialty", "dermatology"), ben),
        (("--status", "suspended"), ben),
    ):
        assert ids("doctors", "list", *options) == [found], options
    assert ids("institutions", "doctors", people.institution, "--status", "active") == [people.doctor]
    assert ids("institutions", "doctors", people.institution, "--specialty", "dermatology") == []
    for options, found in (
        (("--last-name", "moo"), people.patient),
        (("--doctor", ben), second),
        (("--institution", people.institution, "--status", "pending"), people.patient),
    ):
        assert ids("patients", "list", *options) == [found], options
    assert ids("institutions", "patients", people.institution, "--profile", "clinic") == [people.patient]
    assert ids("institutions", "patients", people.institution, "--status", "full_access") == []
    [_, row, count] = printed(payerworks("patients", "list", "--doctor", people.doctor)).splitlines()
    assert (row.split(), count) == ([people.patient, "Moor,", "Pat", "1990-02-14", "M-7", "pending"], "1 patient")
    assert "  --doctor: " in payerworks("patients", "list", "--doctor", " ").stderr


def test_the_specialties_are_listed() -> None:
    printed(log_in())
    assert [each["id"] for each in told("doctors", "specialties")["items"]] == [each[0] for each in SPECIALTIES]
    lines = printed(payerworks("doctors", "specialties")).splitlines()
    assert ["cardiology", "Cardiology", "207RC0000X"] in [line.split() for line in lines]


def test_a_validation_goes_on_by_its_next_step(people: People) -> None:
    early = payerworks("patients", "validate", people.patient, "--status", "full_access")
    assert (early.exit_code, "one step at a time" in early.stderr) == (1, True)
    others = payerworks("patients", "validate", people.patient)
    assert (others.exit_code, "another's" in others.stderr) == (1, True)
    reason = ("--reason", "seen in person")
    said = printed(payerworks("patients", "validate", people.patient, *reason, "--profile", "doctor"))
    assert pairs(said)["validation status"] == "validated_by_doctor"
    stale = payerworks("patients", "validate", people.patient, "--profile", "clinic", "--if-match", "1")
    assert f"`payerworks patients get {people.patient} --profile clinic`" in stale.stderr
    by_clinic = told("patients", "validate", people.patient, "--profile", "clinic", "--if-match", "2")
    assert by_clinic["validation_status"] == "validated_by_institution"
    assert told("patients", "validate", people.patient)["validation_status"] == "full_access"
    done = payerworks("patients", "validate", people.patient)
    assert (done.exit_code, done.stderr) == (
        1,
        "Error: The patient has full access already: there is no further step.\n",
    )
    reasons = [change["reason"] for change in told("patients", "history", people.patient)["items"]]
    assert reasons == ["", "", "seen in person", ""]


def test_a_change_of_health_keeps_the_rest_of_the_profile(people: People) -> None:
    given = ("--height-cm", "172", "--weight-kg", "71.5", "--blood-type", "A+", "--smoker", "yes")
    told("patients", "update", people.patient, *given)
    after = told(
        "patients", "update", people.patient, "--smoker", "no", "--clear", "blood-type", "--profile", "patient"
    )
    assert after["health_profile"] == {"height_cm": 172, "weight_kg": 71.5, "is_smoker": False}
    shown = pairs(printed(payerworks("patients", "get", people.patient)))
    assert (shown["height cm"], shown["is smoker"], shown["MRN"]) == ("172.0", "no", "M-7")
    stale = payerworks("patients", "update", people.patient, "--smoker", "yes", "--if-match", "1")
    assert (stale.exit_code, "its ETag, which --if-match takes" in stale.stderr) == (1, True)


def test_doctors_write_entries_and_change_them(people: People) -> None:
    as_doctor = ("--profile", "doctor")
    asthma = ("--name", "Asthma", "--code-system", "ICD-10-CM", "--code", "J45.909", "--since", "2020-01-02")
    entry_id = told("patients", "add-entry", people.patient, "conditions", *asthma, *as_doctor)["id"]
    place = (people.patient, "conditions", entry_id)
    listed = printed(payerworks("patients", "entries", people.patient, "conditions")).splitlines()
    row = [entry_id, "Asthma", "ICD-10-CM", "J45.909", "2020-01-02", "–"]
    assert (listed[1].split(), listed[2]) == (row, "1 entry")
    ended = printed(payerworks("patients", "change-entry", *place, "--until", "2021-03-04", *as_doctor))
    assert ["ETag", '"2"'] in [line.split() for line in ended.splitlines()]
    words = ("--clear", "until", "--clear", "code", "--clear", "code-system", "--if-match", "2", *as_doctor)
    changed = told("patients", "change-entry", *place, *words)
    assert changed.keys() & {"until", "code", "code_system"} == set()
    assert payerworks("patients", "delete-entry", *place, "--if-match", "2", *as_doctor).exit_code == 1
    said = printed(payerworks("patients", "delete-entry", *place, *as_doctor))
    assert said == f"Entry {entry_id} is deleted; its versions stay readable\n"
    assert ids("patients", "entries", people.patient, "conditions") == []
    wrong = payerworks("patients", "add-entry", people.patient, "conditions", "--name", "X", "--code", "1", *as_doctor)
    assert (wrong.exit_code, "  --code: needs its code_system" in wrong.stderr) == (1, True)
    refused = payerworks("patients", "add-entry", people.patient, "conditions", "--name", "X", "--profile", "patient")
    assert (refused.exit_code, "Forbidden" in refused.stderr) == (1, True)
    assert payerworks("patients", "entries", people.patient, "shoes").exit_code == 2


def test_the_dashboard_the_record_and_the_care_team_are_shown(people: People) -> None:
    refused = payerworks("patients", "dashboard", people.patient, "--profile", "patient")
    assert (refused.exit_code, "Forbidden" in refused.stderr) == (1, True)
    walk(people)
    told("patients", "update", people.patient, "--height-cm", "172", "--weight-kg", "71.5", "--active-minutes", "200")
    for kind, name in (("conditions", "Asthma"), ("medications", "Salbutamol"), ("allergies", "Penicillin")):
        told("patients", "add-entry", people.patient, kind, "--name", name, "--profile", "doctor")
    when = ("--start", START, "--minutes", "30")
    told("appointments", "book", "--doctor", people.doctor, "--patient", people.patient, *when)
    said = printed(payerworks("patients", "dashboard", people.patient, "--profile", "patient"))
    shown = pairs(said)
    assert (shown["BMI"], shown["health score"]) == ("24.2 (normal weight)", "95")
    assert shown["next appointment"].startswith(START)
    assert {"Asthma", "Salbutamol", "+10", "-5", "-10"} <= set(said.split())
    record = printed(payerworks("patients", "record", people.patient, "--profile", "patient"))
    assert {"Asthma", "Salbutamol", "Penicillin", "M-7", "full_access"} <= set(record.split())
    assert "Family history" not in record
    assert told("patients", "record", people.patient)["allergies"][0]["name"] == "Penicillin"
    team = [line.split() for line in printed(payerworks("patients", "care-team", people.patient)).splitlines()]
    assert team[1:] == [
        ["doctor", people.doctor, "Ada", "Field", "cardiology", "doctor@example.com"],
        ["institution", people.institution, "St.", "Mary", "Hospital", "–", "clinic@example.com"],
    ]


def test_an_appointment_is_booked_listed_and_changed(people: People) -> None:
    with_whom = ("--doctor", people.doctor, "--patient", people.patient)
    words = ("appointments", "book", *with_whom, "--start", START, "--minutes", "30")
    said = printed(payerworks(*words))
    appointment_id = said.splitlines()[0].split()[-1]
    assert pairs(said).items() >= {"start": START, "minutes": "30", "status": "scheduled", "ETag": '"1"'}.items()
    taken = payerworks(*words)
    assert taken.exit_code == 1
    assert "  --start: overlaps another appointment of the doctor" in taken.stderr
    assert printed(payerworks("appointments", "get", appointment_id)) == said
    day = ("--from", "2030-12-02T00:00Z", "--to", "2030-12-03T00:00Z")
    assert ids("appointments", "list", *with_whom, "--status", "scheduled", *day) == [appointment_id]
    assert ids("appointments", "list", "--from", "2031-01-01T00:00Z") == []
    assert "  --from: " in payerworks("appointments", "list", "--from", "soon").stderr
    later = "2030-12-02T11:00:00-05:00"
    moved = told("appointments", "change", appointment_id, "--start", later, "--minutes", "45", "--if-match", "1")
    assert (datetime.datetime.fromisoformat(moved["start"]).isoformat(), moved["minutes"]) == (later, 45)
    assert payerworks("appointments", "change", appointment_id, "--minutes", "5", "--if-match", "1").exit_code == 1
    own = payerworks("appointments", "change", appointment_id, "--minutes", "5", "--profile", "patient")
    assert (own.exit_code, "  --minutes: a patient can only cancel" in own.stderr) == (1, True)
    said = printed(
        payerworks("appointments", "change", appointment_id, "--status", "cancelled", "--profile", "patient")
    )
    assert pairs(said)["status"] == "cancelled"
    assert "1 appointment\n" in printed(payerworks("appointments", "list", "--profile", "doctor"))
    assert payerworks("appointments", "change", appointment_id).exit_code == 2
