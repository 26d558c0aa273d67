"""Table stream of intake: publish the ids of new and changed patients to the topic `patient-operations`.

A message has one tenant's patients of a batch of the stream, as ids, and the ids of the jobs that wrote them. Delivery
is at least once and unordered: consumers read the current state from the table.
"""

from collections.abc import Iterable
from typing import Any

from payerworks.messages import stream_forwarder
from payerworks.times import iso_seconds


def patient_operations(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One message for each tenant: its patients, who wrote them, and the time of the first change (ISO 8601)."""
    patients: dict[str, dict[str, float]] = {}
    request_ids: dict[str, dict[str, None]] = {}
    for record in records:
        change = record["dynamodb"]
        if change["Keys"]["sk"]["S"] == "PATIENT":
            tenant, _, patient_id = change["Keys"]["pk"]["S"].split("#", 2)
            patients.setdefault(tenant, {}).setdefault(patient_id, change["ApproximateCreationDateTime"])
            # Patients that were stored before items had it name none; of a deleted one there is no image.
            if wrote := change.get("NewImage", {}).get("request_id"):
                request_ids.setdefault(tenant, {})[wrote["S"]] = None
    return [
        {
            "tenant": tenant,
            "patients": list(times),
            "at": iso_seconds(min(times.values())),
            "requestIds": list(request_ids.get(tenant, ())),
        }
        for tenant, times in patients.items()
    ]


handler = stream_forwarder("patient_operations", patient_operations)
