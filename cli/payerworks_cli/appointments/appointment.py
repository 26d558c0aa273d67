"""An appointment as commands read, show and change it."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypedDict
from urllib.parse import quote

import typer
from pydantic import BaseModel

from payerworks_cli.answer import Answer
from payerworks_cli.terminal import Terminal

PATH = "/api/v1/appointments"
Status = Literal["scheduled", "checked_in", "completed", "cancelled", "no_show"]
STATUSES_HELP = "scheduled, checked_in, completed, cancelled or no_show."
AppointmentId = Annotated[str, typer.Argument(metavar="ID", help="The appointment's id.")]


class Time(TypedDict):
    """The options of when an appointment is."""

    start: Annotated[
        str | None, typer.Option(metavar="TIME", help="A minute with its offset, such as 2026-12-01T09:30-05:00.")
    ]
    minutes: Annotated[int | None, typer.Option(help="How long it takes: 5 to 480.")]


class NewAppointment(Time):
    """The options of an appointment to book."""

    doctor_id: Annotated[str | None, typer.Option("--doctor", metavar="ID", help="The doctor.")]
    patient_id: Annotated[
        str | None,
        typer.Option("--patient", metavar="ID", help="A patient of the doctor, or of the doctor's institution."),
    ]


class AppointmentChanges(Time):
    """The options of a change."""

    status: Annotated[Status | None, typer.Option(metavar="STATUS", help=STATUSES_HELP)]


class Appointment(BaseModel, extra="allow"):
    """An appointment; other members are kept."""

    id: str
    doctor_id: str
    patient_id: str
    start: str
    minutes: int
    status: str


def appointment_path(appointment_id: str) -> str:
    """The path of an appointment."""
    return f"{PATH}/{quote(appointment_id, safe='')}"


def show_appointments(appointments: Sequence[Appointment], terminal: Terminal) -> None:
    """The appointments as a table."""
    rows = [
        (each.id, each.start, f"{each.minutes}", each.status, each.doctor_id, each.patient_id) for each in appointments
    ]
    columns = ("appointment", "start", "minutes", "status", "doctor", "patient")
    terminal.table(columns, rows, spare=("patient", "doctor", "minutes"))


def show_appointment(answer: Answer, terminal: Terminal) -> None:
    """The appointment in an answer, and its ETag."""
    appointment = answer.parse(Appointment)
    terminal.line(f"Appointment {appointment.id}", style="bold")
    terminal.pairs(
        [
            ("doctor", appointment.doctor_id),
            ("patient", appointment.patient_id),
            ("start", appointment.start),
            ("minutes", f"{appointment.minutes}"),
            ("status", appointment.status),
            ("ETag", answer.headers.get("ETag", "none")),
        ]
    )
