"""Queue SearchIndex: a plan has changed; bring its documents in OpenSearch up to its current state."""

from typing import Any

from payerworks.messages import sqs_handler
from search.plan_sync import sync_plan


def index_plan(message: dict[str, Any]) -> None:
    """Index the plan that a message of the topic `plan-operations` names, unless it is indexed already."""
    sync_plan(message["tenant"], message["objectId"], message["version"])


handler = sqs_handler(index_plan)
