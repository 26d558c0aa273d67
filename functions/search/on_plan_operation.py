"""Queue SearchIndex: bring the copies of a changed plan, in Redis and OpenSearch, up to its current state."""

import datetime
from typing import Any

from payerworks.log import record
from payerworks.messages import sqs_handler
from payerworks.times import iso
from plans.index.documents import REFRESH_MS
from plans.storage.cache import PLANS
from search.plans.sync import sync_plan


def index_plan(message: dict[str, Any], tries: int) -> None:
    """Index the plan that a message of the topic `plan-operations` names, unless it is already indexed.

    A redelivered message may follow a try that died halfway. A message with `repair` instead of a version comes from a
    drift check and makes the sync write the whole plan.
    """
    tenant, plan_id = message["tenant"], message["objectId"]
    if message.get("repair"):
        sync_plan(tenant, plan_id, 0, whole=True)
        return
    version, at = message["version"], datetime.datetime.fromisoformat(message["at"])
    # First, since it needs no OpenSearch; an old copy exists only if the writer could not reach Redis.
    PLANS.fence(tenant, plan_id, version)
    if sync_plan(tenant, plan_id, version, verify=tries > 1, extra=lambda: _lag(at)):
        record("SearchLag", _lag(at)["lagMs"], "Milliseconds")


def _lag(at: datetime.datetime) -> dict[str, Any]:
    """The longest time from a change until it is searchable, and the time of indexing."""
    now = datetime.datetime.now(datetime.UTC)
    milliseconds = round((now - at).total_seconds() * 1000) + REFRESH_MS
    return {"lagMs": milliseconds, "indexedAt": iso(now)}


handler = sqs_handler(index_plan, counts_tries=True)
