"""`payerworks doctors restore`: undo the deletion of a doctor."""

from payerworks_cli.doctors.doctor import DOCTOR, DoctorId
from payerworks_cli.headers import IfMatch
from payerworks_cli.people.deletion import restore_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def restore(doctor_id: DoctorId, if_match: IfMatch = None, *, target: Target, as_json: AsJson = False) -> None:
    """Undo the deletion of a doctor, which is as it was and can log in again. An administrator may.

    Example: payerworks doctors restore 0f1e2d3c
    """
    restore_person(DOCTOR, doctor_id, target, if_match=if_match, as_json=as_json)
