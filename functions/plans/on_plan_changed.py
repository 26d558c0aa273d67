"""Stream of table `plans`: publish each change to the topic `plan-operations`, without documents.

Delivery is at least once and unordered; a repeated message has the same `eventId`.
"""

from typing import Any

from payerworks.messages import stream_forwarder


def plan_operation(record: dict[str, Any]) -> dict[str, Any] | None:
    """The message for a stream record; None unless the record is a new VERSION item."""
    sk = record["dynamodb"]["Keys"]["sk"]["S"]
    if record["eventName"] != "INSERT" or not sk.startswith("VERSION#"):
        return None
    item = record["dynamodb"]["NewImage"]
    tenant, plan_id = item["pk"]["S"].split("#", 1)
    version = int(sk.removeprefix("VERSION#"))
    return {
        "eventId": f"{tenant}#{plan_id}#{version}",
        "tenant": tenant,
        "operation": item["operation"]["S"],
        "objectId": plan_id,
        "version": version,
        "changed": [entry["S"] for entry in item["changed"]["L"]],
        "changedCount": int(item["changed_count"]["N"]),
        "at": item["at"]["S"],
        "requestId": item["request_id"]["S"],
    }


handler = stream_forwarder(
    "plan_operations", lambda records: [message for record in records if (message := plan_operation(record))]
)
