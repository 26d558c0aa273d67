"""`payerworks patients dashboard`: a patient at a glance."""

from decimal import Decimal

from pydantic import BaseModel

from payerworks_cli.answer import Answer
from payerworks_cli.appointments.appointment import Appointment
from payerworks_cli.patients.entry import Entry, show_entries
from payerworks_cli.patients.patient import PATIENT, PatientId
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal


class ScorePart(BaseModel):
    """A part of the health score: its points, and why."""

    name: str
    points: int
    explanation: str


class Dashboard(BaseModel):
    """An answer of GET /api/v1/patients/{id}/dashboard; conditions and medications are the current ones."""

    patient_id: str
    age: int
    bmi: Decimal | None
    bmi_class: str | None
    health_score: int
    health_score_parts: list[ScorePart]
    next_appointment: Appointment | None
    conditions: list[Entry]
    medications: list[Entry]


def dashboard(patient_id: PatientId, *, target: Target, as_json: AsJson = False) -> None:
    """Show age, body mass index, health score, next appointment, and current conditions and medications of a patient.

    Example: payerworks patients dashboard 0f1e2d3c
    """
    show_answer("GET", dashboard_path(patient_id), _show, target, as_json=as_json)


def dashboard_path(patient_id: str) -> str:
    """The path of a patient's dashboard."""
    return f"{PATIENT.path_of(patient_id)}/dashboard"


def bmi_text(dashboard: Dashboard) -> str:
    """The body mass index with its class; a dash without height and weight."""
    return "–" if dashboard.bmi is None else f"{dashboard.bmi} ({(dashboard.bmi_class or '').replace('_', ' ')})"


def _show(answer: Answer, terminal: Terminal) -> None:
    dashboard = answer.parse(Dashboard)
    appointment = dashboard.next_appointment
    terminal.line(f"Patient {dashboard.patient_id}", style="bold")
    terminal.pairs(
        [
            ("age", f"{dashboard.age}"),
            ("BMI", bmi_text(dashboard)),
            ("next appointment", f"{appointment.start} ({appointment.id})" if appointment else "–"),
            ("health score", f"{dashboard.health_score}"),
        ]
    )
    rows = [(part.name, f"{part.points:+}", part.explanation) for part in dashboard.health_score_parts]
    terminal.table(("part", "points", "why"), rows, texts=("why",))
    for name, entries in (("conditions", dashboard.conditions), ("medications", dashboard.medications)):
        if entries:
            terminal.line(f"Current {name}", style="bold")
            show_entries(entries, terminal)
