"""Table stream of claims: publish each change to the topic `claim-operations`, without documents.

Delivery is at least once, in no order; a repeat has the same `eventId`. The queue of the totals gets all changes of a
batch as one message: accruing them together is many times faster.
"""

from typing import Any

from payerworks.log import count, log_call
from payerworks.messages import publish, send
from payerworks.settings import settings

_MEASURED = {"processed": "Paid", "failed": "Failed", "payment_review": "InReview", "void": "Voided"}


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Raises until all is published and sent, so that the batch is delivered again."""
    operations = [operation for record in event["Records"] if (operation := claim_operation(record))]
    publish(settings().topics["claim_operations"], operations)
    if operations:
        claims = [{name: operation[name] for name in ("tenant", "claimId")} for operation in operations]
        request_ids = list(dict.fromkeys(operation["requestId"] for operation in operations))
        send(settings().queues["claim_totals"], [{"claims": claims, "requestIds": request_ids}])
    for record in event["Records"]:
        _measure(record["dynamodb"].get("NewImage", {}))
    log_call("published", records=len(event["Records"]), messages=len(operations))
    return {"batchItemFailures": []}


def claim_operation(record: dict[str, Any]) -> dict[str, Any] | None:
    """The message for a stream record; None if the record is not a change of a claim."""
    item = record["dynamodb"].get("NewImage")
    # The table also has shares and totals, and the end of a claim's wait is a write without `operation`.
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


def _measure(item: dict[str, Any]) -> None:
    """Count a claim that was received or has got one of some states, and its net fee in dollars."""
    operation = item.get("operation", {}).get("S")
    what = "Received" if operation == "created" else _MEASURED.get(item["status"]["S"]) if operation else None
    if what is not None:
        count(f"Claims{what}")
        count(f"NetFees{what}", int(item["net_fee"]["N"]) / 100)
