"""`payerworks patients delete`: delete a patient."""

from payerworks_cli.headers import IfMatch
from payerworks_cli.patients.patient import PATIENT, PatientId
from payerworks_cli.people.deletion import delete_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def delete(patient_id: PatientId, if_match: IfMatch = None, *, target: Target, as_json: AsJson = False) -> None:
    """Delete a patient: all sessions end. `restore` undoes it; until then, what is unique stays taken.

    Example: payerworks patients delete 0f1e2d3c
    """
    delete_person(PATIENT, patient_id, target, if_match=if_match, as_json=as_json)
