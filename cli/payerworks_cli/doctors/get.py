"""`payerworks doctors get`: a doctor as it is stored."""

from payerworks_cli.doctors.doctor import DOCTOR, DoctorId
from payerworks_cli.people.person import get_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def get(doctor_id: DoctorId, *, target: Target, as_json: AsJson = False) -> None:
    """Show a doctor, with the ETag that --if-match takes.

    Example: payerworks doctors get 0f1e2d3c
    """
    get_person(DOCTOR, doctor_id, target, as_json=as_json)
