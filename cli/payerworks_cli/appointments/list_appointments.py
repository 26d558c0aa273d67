"""`payerworks appointments list`: the appointments that match filters."""

from typing import Annotated

import typer

from payerworks_cli.appointments.appointment import PATH, STATUSES_HELP, Appointment, Status, show_appointments
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted, more_by


def list_appointments(
    doctor_id: Annotated[
        str | None, typer.Option("--doctor", metavar="ID", help="Of this doctor; an institution must name one.")
    ] = None,
    patient_id: Annotated[str | None, typer.Option("--patient", metavar="ID", help="Of this patient.")] = None,
    status: Annotated[Status | None, typer.Option(metavar="STATUS", help=STATUSES_HELP)] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="That begin then or later; a time has its offset.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="That begin earlier.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List appointments, the earliest first.

    Example: payerworks appointments list --doctor 0f1e2d3c --from 2026-12-01T00:00Z --status scheduled
    """
    filters = {"doctor_id": doctor_id, "patient_id": patient_id, "status": status, "from": first, "to": end}
    with session(target, as_json=as_json) as (terminal, api):
        found = list(api.items(PATH, Appointment, filters, limit + 1))
        shown, more = found[:limit], len(found) > limit
        terminal.json({"items": [each.model_dump() for each in shown], "more": more})
        show_appointments(shown, terminal)
        terminal.line(f"{counted(len(shown), 'appointment')}{more_by(10 * limit) if more else ''}")
