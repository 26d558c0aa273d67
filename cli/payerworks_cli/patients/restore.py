"""`payerworks patients restore`: undo the deletion of a patient."""

from payerworks_cli.headers import IfMatch
from payerworks_cli.patients.patient import PATIENT, PatientId
from payerworks_cli.people.deletion import restore_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def restore(patient_id: PatientId, if_match: IfMatch = None, *, target: Target, as_json: AsJson = False) -> None:
    """Undo the deletion of a patient, which is as it was and can log in again. An administrator may.

    Example: payerworks patients restore 0f1e2d3c
    """
    restore_person(PATIENT, patient_id, target, if_match=if_match, as_json=as_json)
