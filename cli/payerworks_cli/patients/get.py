"""`payerworks patients get`: a patient as it is stored."""

from payerworks_cli.patients.patient import PATIENT, PatientId
from payerworks_cli.people.person import get_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def get(patient_id: PatientId, *, target: Target, as_json: AsJson = False) -> None:
    """Show a patient, with the ETag that --if-match takes.

    Example: payerworks patients get 0f1e2d3c
    """
    get_person(PATIENT, patient_id, target, as_json=as_json)
