"""Table stream of intake: tell the topic `patient-operations` which patients are new or changed.

A message names the patients of one tenant that a batch of the stream tells of, by their ids and nothing else. Delivery
is at least once and in no order: who needs more reads what the table has.
"""

import datetime
from typing import Any

from payerworks.log import log_call
from payerworks.messages import publish
from payerworks.settings import settings
from payerworks.times import iso


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Raises, so that the batch comes again, until all is published."""
    messages = patient_operations(event["Records"])
    publish(settings().topics["patient_operations"], messages)
    log_call("published", records=len(event["Records"]), messages=len(messages))
    return {"batchItemFailures": []}


def patient_operations(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A message for each tenant: its patients, and when the first of their changes was stored (ISO 8601)."""
    patients: dict[str, dict[str, float]] = {}
    for record in records:
        change = record["dynamodb"]
        if change["Keys"]["sk"]["S"] == "PATIENT":
            tenant, _, patient_id = change["Keys"]["pk"]["S"].split("#", 2)
            patients.setdefault(tenant, {}).setdefault(patient_id, change["ApproximateCreationDateTime"])
    return [
        {"tenant": tenant, "patients": list(times), "at": _time(min(times.values()))}
        for tenant, times in patients.items()
    ]


def _time(seconds: float) -> str:
    return iso(datetime.datetime.fromtimestamp(seconds, datetime.UTC))
