"""Table stream of claims: publish each change to the topic `claim-operations`, without documents.

Delivery is at least once and in no order; `eventId` is the same for a repeat. The totals get the changes of a batch as
one message of a queue of their own: counting them together is many times faster.
"""

from typing import Any

from payerworks.log import log_call
from payerworks.messages import publish, send
from payerworks.settings import settings


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Raises, so that the batch comes again, until all is published and sent."""
    operations = [operation for record in event["Records"] if (operation := claim_operation(record))]
    publish(settings().topics["claim_operations"], operations)
    if operations:
        claims = [{name: operation[name] for name in ("tenant", "claimId")} for operation in operations]
        send(settings().queues["claim_totals"], [{"claims": claims}])
    log_call("published", records=len(event["Records"]), messages=len(operations))
    return {"batchItemFailures": []}


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
