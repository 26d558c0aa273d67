"""People of the directory, made by the command, and their logins."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.unit.auth.conftest import PASSWORD
from tests.unit.cli.conftest import printed
from tests.unit.cli.logins import log_in, payerworks

INSTITUTION = ("--name", "St. Mary Hospital", "--type", "hospital", "--license-number", "H-7", "--region", "North")
DOCTOR = ("--first-name", "Ada", "--last-name", "Field", "--medical-license", "ML-7", "--specialty", "cardiology")
DOCTOR += ("--years-experience", "12", "--consultation-fee", "120.50")
PATIENT = ("--first-name", "Pat", "--last-name", "Moor", "--date-of-birth", "1990-02-14")


class People(NamedTuple):
    """The ids of an institution, its doctor, and their patient."""

    institution: str
    doctor: str
    patient: str


def made(group: str, email: str, *options: str) -> dict[str, Any]:
    """A new person, as `create --json` prints one."""
    words = (group, "create", "--contact-email", email, *options, "--json")
    person: dict[str, Any] = json.loads(printed(payerworks(*words, typed=f"{PASSWORD}\n")))
    return person


def make_people() -> People:
    """An institution, its doctor and their patient; each has a profile of its own: clinic, doctor and patient."""
    printed(log_in())
    clinic = made("institutions", "clinic@example.com", *INSTITUTION)["id"]
    doctor = made("doctors", "doctor@example.com", *DOCTOR, "--institution", clinic)["id"]
    of = ("--doctor", doctor, "--institution", clinic, "--mrn", "M-7")
    patient = made("patients", "patient@example.com", *PATIENT, *of)["id"]
    for name in ("clinic", "doctor", "patient"):
        printed(log_in(name, email=f"{name}@example.com", password=PASSWORD))
    return People(clinic, doctor, patient)


def told(*arguments: str) -> Any:
    """The JSON that a successful command prints."""
    return json.loads(printed(payerworks(*arguments, "--json")))


def pairs(text: str) -> dict[str, str]:
    """What a command prints as pairs, by name."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("  ")]
    return dict(tuple(part.strip() for part in line.split("  ", 1)) for line in lines if "  " in line)


def written(folder: Path, value: Any) -> str:
    """A JSON file with a value."""
    file = folder / "value.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return str(file)
