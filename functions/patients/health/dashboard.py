"""A patient at a glance."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from appointments.appointment.appointment import Appointment, appointment_members
from directory.people.person import Person
from patients.entries.entry import Entry, answered, of_kind
from patients.health.age import age
from patients.health.body_mass_index import bmi_class, body_mass_index
from patients.health.health_score import health_score
from payerworks.json_text import ExactNumber, Json


def dashboard(
    patient: Person, entries: Sequence[Entry], next_appointment: Appointment | None, today: datetime.date
) -> dict[str, Json]:
    """The members of models.Dashboard, of a patient with these entries."""
    health = patient.profile.get("health_profile", {})
    current = [entry for entry in entries if entry.is_current(today)]
    conditions, medications = of_kind(current, "conditions"), of_kind(current, "medications")
    score, parts = health_score(len(conditions), len(medications), health)
    bmi: Decimal | None = None
    if "height_cm" in health and "weight_kg" in health:
        bmi = body_mass_index(health["height_cm"], health["weight_kg"])
    return {
        "patient_id": patient.person_id,
        "age": age(datetime.date.fromisoformat(patient.profile["date_of_birth"]), today),
        "bmi": None if bmi is None else ExactNumber(str(bmi)),
        "bmi_class": None if bmi is None else bmi_class(bmi),
        "health_score": score,
        "health_score_parts": [part._asdict() for part in parts],
        "next_appointment": next_appointment and appointment_members(next_appointment),
        "conditions": [answered(entry) for entry in conditions],
        "medications": [answered(entry) for entry in medications],
    }
