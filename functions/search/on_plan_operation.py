"""Queue SearchIndex: a plan has changed; bring its copies, in Redis and in OpenSearch, up to its current state."""

from typing import Any

from payerworks.messages import sqs_handler
from plans import plan_cache
from search.plan_sync import sync_plan


def index_plan(message: dict[str, Any]) -> None:
    """Index the plan that a message of the topic `plan-operations` names, unless it is indexed already."""
    tenant, plan_id, version = message["tenant"], message["objectId"], message["version"]
    # First: it needs no OpenSearch, and an old copy is there only if the writer could not reach Redis.
    plan_cache.fence(tenant, plan_id, version)
    sync_plan(tenant, plan_id, version)


handler = sqs_handler(index_plan)
