"""`payerworks patients history`: the changes of a patient, newest first."""

from payerworks_cli.patients.patient import PATIENT, PatientId
from payerworks_cli.people.history import show_history
from payerworks_cli.people.people_list import Limit
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def history(patient_id: PatientId, limit: Limit = 20, *, target: Target, as_json: AsJson = False) -> None:
    """Show who changed a patient, when and why; a deleted one has a history too.

    Example: payerworks patients history 0f1e2d3c --limit 5
    """
    show_history(PATIENT, patient_id, limit, target, as_json=as_json)
