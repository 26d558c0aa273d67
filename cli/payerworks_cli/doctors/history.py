"""`payerworks doctors history`: the changes of a doctor, newest first."""

from payerworks_cli.doctors.doctor import DOCTOR, DoctorId
from payerworks_cli.people.history import show_history
from payerworks_cli.people.people_list import Limit
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def history(doctor_id: DoctorId, limit: Limit = 20, *, target: Target, as_json: AsJson = False) -> None:
    """Show who changed a doctor, when and why; a deleted one has a history too.

    Example: payerworks doctors history 0f1e2d3c --limit 5
    """
    show_history(DOCTOR, doctor_id, limit, target, as_json=as_json)
