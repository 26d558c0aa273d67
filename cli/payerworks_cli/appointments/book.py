"""`payerworks appointments book`: an appointment of a doctor with a patient."""

from payerworks_cli.appointments.appointment import PATH, NewAppointment, show_appointment
from payerworks_cli.headers import key_header
from payerworks_cli.people.members import Members, naming_options, with_members
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


@with_members(NewAppointment, ("doctor_id", "patient_id", "start", "minutes"))
def book(members: Members, *, target: Target, as_json: AsJson = False) -> None:
    """Book an appointment. A doctor never has two at the same time: the second is refused.

    Example: payerworks appointments book --doctor 0f1e2d3c --patient 3c2d1e0f
        --start 2026-12-01T09:30-05:00 --minutes 30
    """
    with session(target, as_json=as_json) as (terminal, api):
        with naming_options(NewAppointment):
            answer = api.ask("POST", PATH, expect=(201,), json=members, headers=key_header())
        if as_json:
            print(answer.text)
        else:
            show_appointment(answer, terminal)
