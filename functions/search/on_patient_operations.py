"""Queue PatientIndex: bring the documents of new and changed patients up to the table."""

import datetime
from typing import Any

from payerworks.log import record
from payerworks.messages import sqs_handler
from payerworks.opensearch import SECONDS
from search.patients.sync import sync_patients


def index_patients(message: dict[str, Any]) -> None:
    """Index the patients that a message names; it comes from the topic `patient-operations` or from a drift check."""
    sync_patients([(message["tenant"], patient_id) for patient_id in message["patients"]])
    if "at" in message:
        lag = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(message["at"])
        record("PatientSearchLag", round(lag.total_seconds() * 1000), "Milliseconds")


handler = sqs_handler(index_patients, shortest_pause=SECONDS)
