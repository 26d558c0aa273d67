"""`payerworks appointments get`: an appointment as it is stored."""

from payerworks_cli.appointments.appointment import AppointmentId, appointment_path, show_appointment
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.target import Target


def get(appointment_id: AppointmentId, *, target: Target, as_json: AsJson = False) -> None:
    """Show an appointment, with the ETag that --if-match takes.

    Example: payerworks appointments get 0f1e2d3c
    """
    show_answer("GET", appointment_path(appointment_id), show_appointment, target, as_json=as_json)
