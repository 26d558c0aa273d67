"""What answers say of a patient's health."""

from pydantic import BaseModel

from appointments.appointment.models import AppointmentAnswer
from patients.entries.models import Entry
from patients.health.body_mass_index import BmiClass


class ScoreMember(BaseModel):
    """A part of the health score: its points, and why."""

    name: str
    points: int
    explanation: str


class Dashboard(BaseModel):
    """A patient at a glance; medications and conditions are the current ones.

    `bmi` (kg/m²) and `bmi_class` are null without height and weight; the class is that of adults. The parts of the
    score add up to it (docs/health-score.md). `next_appointment` is the next one that is scheduled.
    """

    patient_id: str
    age: int
    bmi: float | None
    bmi_class: BmiClass | None
    health_score: int
    health_score_parts: list[ScoreMember]
    next_appointment: AppointmentAnswer | None
    conditions: list[Entry]
    medications: list[Entry]
