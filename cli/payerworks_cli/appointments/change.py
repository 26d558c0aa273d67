"""`payerworks appointments change`: the status or the time of an appointment."""

from payerworks_cli.appointments.appointment import (
    AppointmentChanges,
    AppointmentId,
    appointment_path,
    show_appointment,
)
from payerworks_cli.headers import IfMatch, if_match_header
from payerworks_cli.people.members import Members, changes_of, naming_options, with_members
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


@with_members(AppointmentChanges)
def change(
    appointment_id: AppointmentId,
    members: Members,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Change the status of an appointment, or its time while it is scheduled. A patient can cancel.

    Example: payerworks appointments change 0f1e2d3c --status cancelled
    """
    with session(target, as_json=as_json) as (terminal, api):
        changes = changes_of(AppointmentChanges, members, None)
        with naming_options(AppointmentChanges):
            path = appointment_path(appointment_id)
            answer = api.ask("PUT", path, json=changes, headers=if_match_header(if_match))
        if as_json:
            print(answer.text)
        else:
            show_appointment(answer, terminal)
