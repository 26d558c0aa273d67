"""`payerworks doctors delete`: delete a doctor."""

from payerworks_cli.doctors.doctor import DOCTOR, DoctorId
from payerworks_cli.headers import IfMatch
from payerworks_cli.people.deletion import delete_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def delete(doctor_id: DoctorId, if_match: IfMatch = None, *, target: Target, as_json: AsJson = False) -> None:
    """Delete a doctor: all sessions end. `restore` undoes it; until then, what is unique stays taken.

    Example: payerworks doctors delete 0f1e2d3c
    """
    delete_person(DOCTOR, doctor_id, target, if_match=if_match, as_json=as_json)
