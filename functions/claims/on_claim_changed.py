"""Table stream of claims: publish each change to the topic `claim-operations`, without documents.

Delivery is at least once and in no order; `eventId` is the same for a repeat.
"""

from typing import Any

from payerworks.messages import stream_forwarder


def claim_operation(record: dict[str, Any]) -> dict[str, Any] | None:
    """The message of a stream record; None for one that is no change of a claim."""
    item = record["dynamodb"].get("NewImage")
    # A claim that was only counted has no operation.
    if item is None or item["sk"]["S"] != "CLAIM" or "operation" not in item:
        return None
    tenant, claim_id = item["pk"]["S"].split("#", 1)
    version = int(item["version"]["N"])
    return {
        "eventId": f"{tenant}#{claim_id}#{version}",
        "tenant": tenant,
        "operation": item["operation"]["S"],
        "status": item["status"]["S"],
        "claimId": claim_id,
        "providerNpi": item["provider_npi"]["S"],
        "version": version,
        "requestId": item["request_id"]["S"],
    }


handler = stream_forwarder("claim_operations", claim_operation)
