"""What the commands of institutions, doctors and patients have in common."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from doctors.doctor.models import DoctorProfile
from institutions.institution.models import InstitutionProfile
from patients.patient.models import HealthProfile, PatientMembers
from payerworks_cli.doctors.doctor import DOCTOR
from payerworks_cli.institutions.institution import INSTITUTION
from payerworks_cli.patients.patient import PATIENT
from payerworks_cli.people.kind import Kind
from payerworks_cli.people.members import option_names
from tests.unit.auth.conftest import PASSWORD, add_user, mails
from tests.unit.cli import directory
from tests.unit.cli.conftest import printed
from tests.unit.cli.directory import made, make_people, pairs, told, written
from tests.unit.cli.logins import log_in, payerworks
from tests.unit.cli.service import Service

pytestmark = pytest.mark.usefixtures("home", "service")

KINDS = {
    "institutions": directory.INSTITUTION,
    "doctors": directory.DOCTOR,
    "patients": directory.PATIENT,
}
every_kind = pytest.mark.parametrize("group", KINDS)


@pytest.fixture
def new() -> Callable[..., dict[str, Any]]:
    """Makes a person of a group; the administrator is logged in."""
    printed(log_in())

    def make(group: str, email: str = "ann@example.com", *options: str) -> dict[str, Any]:
        return made(group, email, *KINDS[group], *options, *_of(group))

    return make


def _of(group: str) -> tuple[str, ...]:
    """A patient needs an institution."""
    if group != "patients":
        return ()
    listed = told("institutions", "list")["items"]
    clinic = listed[0] if listed else made("institutions", "clinic@example.com", *directory.INSTITUTION)
    return ("--institution", clinic["id"])


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        (INSTITUTION, InstitutionProfile.model_fields.keys()),
        (DOCTOR, DoctorProfile.model_fields.keys()),
        (PATIENT, PatientMembers.model_fields.keys() - {"health_profile"} | HealthProfile.model_fields.keys()),
    ],
)
def test_every_member_of_the_service_is_an_option(kind: Kind, members: set[str]) -> None:
    assert option_names(kind.members).keys() == members
    assert len(set(option_names(kind.members).values())) == len(members)


@every_kind
def test_a_new_person_logs_in_and_is_shown(group: str, new: Callable[..., dict[str, Any]]) -> None:
    person = new(group)
    assert "password" not in person
    shown = pairs(printed(payerworks(group, "get", person["id"])))
    assert (shown["contact e-mail"], shown["ETag"]) == ("ann@example.com", '"1"')
    assert told(group, "get", person["id"]) == person
    printed(log_in("ann", email="ann@example.com", password=PASSWORD))
    assert told("whoami", "--profile", "ann")["user"]["user_id"] == person["user_id"]


@every_kind
def test_only_what_is_given_is_changed(group: str, new: Callable[..., dict[str, Any]]) -> None:
    before = new(group)
    first = {"institutions": "name"}.get(group, "first_name")
    after = told(group, "update", before["id"], f"--{first.replace('_', '-')}", "Zoë")
    assert after[first] == "Zoë"
    assert {name for name in after if after[name] != before.get(name)} == {first, "updated_at"}
    refused = payerworks(group, "update", before["id"], "--contact-email", "x@example.com", "--if-match", "1")
    assert refused.exit_code == 1
    assert f"`payerworks {group} get {before['id']}` shows the" in refused.stderr
    assert told(group, "get", before["id"]) == after
    changed = payerworks(group, "update", before["id"], "--contact-email", "x@example.com", "--if-match", "2")
    assert pairs(printed(changed))["contact e-mail"] == "x@example.com"


@pytest.mark.parametrize(
    ("group", "options", "cleared"),
    [
        ("institutions", ("--website", "https://example.com"), {"website": "website"}),
        ("doctors", ("--time-zone", "Europe/Paris"), {"time-zone": "time_zone"}),
        (
            "patients",
            ("--emergency-name", "Lee", "--emergency-phone", "+15551234567"),
            {"emergency-name": "emergency_contact_name", "--emergency-phone": "emergency_contact_phone"},
        ),
    ],
)
def test_a_member_is_taken_away(
    new: Callable[..., dict[str, Any]], group: str, options: tuple[str, ...], cleared: dict[str, str]
) -> None:
    before = new(group, "ann@example.com", *options)
    words = [word for name in cleared for word in ("--clear", name)]
    after = told(group, "update", before["id"], *words)
    assert before.keys() - after.keys() == set(cleared.values())


@every_kind
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "Nothing was named to be changed"),
        (("--clear", "shoe-size"), "--clear shoe-size names no member: it takes "),
        (("--contact-email", "x@example.com", "--clear", "contact-email"), "is given and taken away at once"),
    ],
)
def test_a_change_that_cannot_be_meant_is_not_sent(
    service: Service, group: str, options: tuple[str, ...], sentence: str
) -> None:
    printed(log_in())
    refused = payerworks(group, "update", "0f1e2d3c", *options)
    assert (refused.exit_code, sentence in refused.stderr) == (2, True), refused.stderr
    assert service.asked[f"PUT /api/v1/{group}/0f1e2d3c"] == 0


def test_faults_of_members_name_their_options(new: Callable[..., dict[str, Any]]) -> None:
    clinic = new("institutions")["id"]
    refused = payerworks("institutions", "update", clinic, "--clear", "type", "--accredited-until", "soon")
    assert refused.exit_code == 1
    assert [line.split(":")[0] for line in refused.stderr.splitlines()[1:]] == ["  --type", "  --accredited-until"]
    patient = new("patients", "pat@example.com")["id"]
    refused = payerworks("patients", "update", patient, "--height-cm", "5")
    assert refused.stderr.splitlines()[1].startswith("  --height-cm: ")
    words = ("doctors", "create", "--contact-email", "ada@example.com", *directory.DOCTOR)
    short = payerworks(*words, typed="12345678\n")
    assert (short.exit_code, "  /password: " in short.stderr) == (1, True)


@every_kind
def test_a_deleted_person_is_restored_as_it_was(group: str, new: Callable[..., dict[str, Any]]) -> None:
    before = new(group)
    printed(log_in("ann", email="ann@example.com", password=PASSWORD))
    assert payerworks(group, "delete", before["id"], "--if-match", "7").exit_code == 1
    said = printed(payerworks(group, "delete", before["id"]))
    assert f"`payerworks {group} restore {before['id']}` undoes it" in said
    assert payerworks("whoami", "--profile", "ann").exit_code == 1
    gone = payerworks(group, "get", before["id"])
    assert (gone.exit_code, f"`payerworks {group} history {before['id']}`" in gone.stderr) == (1, True)
    assert [person["id"] for person in told(group, "list", "--deleted")["items"]] == [before["id"]]
    assert before["id"] not in [person["id"] for person in told(group, "list")["items"]]
    restored = told(group, "restore", before["id"])
    assert {name for name in restored if restored[name] != before[name]} == {"updated_at"}
    again = payerworks(group, "restore", before["id"])
    assert (again.exit_code, "is not deleted" in again.stderr) == (1, True)
    changes = told(group, "history", before["id"])["items"]
    assert [change["operation"] for change in changes] == ["restored", "deleted", "created"]
    lines = printed(payerworks(group, "history", before["id"], "--limit", "1")).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["operation", "restored"]


@every_kind
def test_contacts_are_shown_and_replaced(group: str, new: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    person = new(group)["id"]
    phones = [{"number": "+15551234567", "is_primary": True}, {"number": "+15557654321", "type": "work"}]
    address = {"lines": ["1 Main Street"], "city": "Springfield", "country": "US", "is_primary": True}
    file = written(tmp_path, {"phones": phones, "addresses": [address]})
    replaced = told(group, "contacts", person, "--set", file, "--if-match", "1")
    assert [phone["number"] for phone in replaced["phones"]] == ["+15551234567", "+15557654321"]
    said = [line.split() for line in printed(payerworks(group, "contacts", person)).splitlines()]
    assert ["ann@example.com", "work", "primary", "no"] in [line[:4] for line in said]
    assert ["+15557654321", "work", "–", "no"] in [line[:4] for line in said]
    assert ["1", "Main", "Street,", "Springfield,", "US"] in [line[:5] for line in said]
    assert ["ETag", '"2"'] in said
    stale = payerworks(group, "contacts", person, "--set", file, "--if-match", "1")
    assert f"`payerworks {group} get {person}`" in stale.stderr
    wrong = payerworks(group, "contacts", person, "--set", written(tmp_path, {"phones": [{"number": "1"}]}))
    assert "value.json, line 1, /phones/0/number: " in wrong.stderr


@every_kind
def test_an_invitation_is_shown_once_where_no_mail_is_sent(group: str) -> None:
    printed(log_in())
    words = (group, "create", "--contact-email", "ann@example.com", *KINDS[group], *_of(group), "--invite")
    *_, sentence, token = printed(payerworks(*words)).splitlines()
    assert sentence.startswith("Hand this to ann@example.com; it is not shown again, and works once, until 20")
    assert len(token) > 20
    assert payerworks(*words, "--password-stdin", typed=f"{PASSWORD}\n").exit_code == 2


def test_an_invitation_is_mailed_once_where_mails_are_sent(environment: Callable[..., None]) -> None:
    environment(MAIL_SENDER="accounts@example.com", PASSWORD_PAGE_URL="https://example.com/password")
    printed(log_in())
    words = ("institutions", "create", "--contact-email", "ann@example.com", *directory.INSTITUTION, "--invite")
    assert printed(payerworks(*words)).splitlines()[-1] == "ann@example.com gets the link by e-mail"
    assert [mail["kind"] for mail in mails()] == ["invitation"]


def test_staff_who_may_not_invite_are_told_who_may() -> None:
    add_user("staff", ["directory"], tenant="main", email="staff@example.com")
    printed(log_in(email="staff@example.com", password=PASSWORD))
    words = ("institutions", "create", "--contact-email", "ann@example.com", *directory.INSTITUTION, "--invite")
    said = printed(payerworks(*words)).splitlines()[-1]
    assert said == "An administrator makes the link for ann@example.com: `payerworks users invite ann@example.com`"


def test_a_person_is_made_once_if_the_service_is_busy(service: Service) -> None:
    printed(log_in())
    busy = httpx.Response(503, headers={"Retry-After": "1"}, json={"title": "Unavailable"})
    service.scripted["POST /api/v1/institutions"] = [busy]
    made("institutions", "ann@example.com", *directory.INSTITUTION)
    posts = [each for each in service.requests if each.method == "POST" and each.url.path.endswith("/institutions")]
    assert len(posts) == 2
    assert len({request.headers["Idempotency-Key"] for request in posts}) == 1


@pytest.mark.parametrize("object_id", ["", ".", ".."])
@every_kind
def test_an_id_that_would_lead_to_another_path_is_refused(group: str, object_id: str) -> None:
    printed(log_in())
    for command in ("get", "history", "delete", "restore", "contacts"):
        refused = payerworks(group, command, object_id)
        assert (refused.exit_code, refused.stderr) == (2, "Error: An id must not be empty, . or ..\n")


def test_a_word_of_a_path_is_no_institution() -> None:
    printed(log_in())
    refused = payerworks("institutions", "get", "counts")
    assert (refused.exit_code, "it is a word of the API's paths" in refused.stderr) == (2, True)


def test_people_change_a_part_of_themselves_only() -> None:
    people = make_people()
    own = payerworks("institutions", "update", people.institution, "--region", "South", "--profile", "clinic")
    assert pairs(printed(own))["region"] == "South"
    refused = payerworks("institutions", "update", people.institution, "--verified", "yes", "--profile", "clinic")
    assert refused.exit_code == 1
    assert "  --verified: only the directory's staff can change it" in refused.stderr
    checked = told("institutions", "update", people.institution, "--verified", "yes", "--active", "no")
    assert (checked["is_verified"], checked["is_active"]) == (True, False)
    assert json.dumps(told("doctors", "get", people.doctor)["consultation_fee"]) == "120.5"
