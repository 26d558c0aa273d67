"""Stream of table `directory`: publish each change of a person to the topic `directory-operations`, without documents.

Delivery is at least once and unordered; a repeated message has the same `eventId`.
"""

from typing import Any

from payerworks.messages import stream_forwarder


def directory_operation(record: dict[str, Any]) -> dict[str, Any] | None:
    """The message for a stream record; None unless the record is a new VERSION item."""
    sk = record["dynamodb"]["Keys"]["sk"]["S"]
    if record["eventName"] != "INSERT" or not sk.startswith("VERSION#"):
        return None
    item = record["dynamodb"]["NewImage"]
    tenant, kind, person_id = item["pk"]["S"].split("#", 2)
    version = int(sk.removeprefix("VERSION#"))
    return {
        "eventId": f"{tenant}#{kind.lower()}#{person_id}#{version}",
        "tenant": tenant,
        "operation": item["operation"]["S"],
        "kind": kind.lower(),
        "id": person_id,
        "version": version,
        "changed": [entry["S"] for entry in item["changed"]["L"]],
        "at": item["at"]["S"],
        "requestId": item["request_id"]["S"],
    }


handler = stream_forwarder(
    "directory_operations", lambda records: [message for record in records if (message := directory_operation(record))]
)
