"""Queue PatientIndex: patients are new or have changed; bring their documents up to what the table has."""

import datetime
from typing import Any

from payerworks.log import record
from payerworks.messages import sqs_handler
from search.patients.sync import sync_patients


def index_patients(message: dict[str, Any]) -> None:
    """Index the patients of a tenant that a message of the topic `patient-operations` names, or a drift check's."""
    sync_patients([(message["tenant"], patient_id) for patient_id in message["patients"]])
    if "at" in message:
        behind = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(message["at"])
        record("PatientSearchLag", round(behind.total_seconds() * 1000), "Milliseconds")


handler = sqs_handler(index_patients)
