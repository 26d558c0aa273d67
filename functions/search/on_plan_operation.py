"""Queue SearchIndex: bring the copies of a changed plan, in Redis and OpenSearch, up to its current state."""

import datetime
from typing import Any

from payerworks.log import record
from payerworks.messages import sqs_handler
from payerworks.opensearch import SECONDS
from payerworks.times import iso
from plans.index.documents import REFRESH_MS
from plans.storage.cache import PLANS
from search.plans.sync import sync_plan

REDRIVEN_AFTER = datetime.timedelta(hours=1)
"""A change of this age may have been a dead letter: whoever sends such a message again, SQS counts its tries anew.

A message lives for seven hours of tries before it is one (its pauses add up to that). A change that is an hour late for
another reason is compared too, at the price of a refresh and an aggregation.
"""


def index_plan(message: dict[str, Any], tries: int) -> None:
    """Index the plan that a message of the topic `plan-operations` names, unless it is already indexed.

    A message that is delivered again, or was a dead letter, may follow a try that died halfway: its sync compares. A
    message with `repair` instead of a version comes from a drift check and makes the sync write the whole plan.
    """
    tenant, plan_id = message["tenant"], message["objectId"]
    if message.get("repair"):
        sync_plan(tenant, plan_id, 0, whole=True)
        return
    version, at = message["version"], datetime.datetime.fromisoformat(message["at"])
    # First, since it needs no OpenSearch; an old copy exists only if the writer could not reach Redis.
    PLANS.fence(tenant, plan_id, version)
    verify = tries > 1 or datetime.datetime.now(datetime.UTC) - at > REDRIVEN_AFTER
    if sync_plan(tenant, plan_id, version, verify=verify, extra=lambda: _lag(at)):
        record("SearchLag", _lag(at)["lagMs"], "Milliseconds")


def _lag(at: datetime.datetime) -> dict[str, Any]:
    """The longest time from a change until it is searchable, and the time of indexing."""
    now = datetime.datetime.now(datetime.UTC)
    milliseconds = round((now - at).total_seconds() * 1000) + REFRESH_MS
    return {"lagMs": milliseconds, "indexedAt": iso(now)}


# What a failed try has sent has landed or never will when the message comes again (plans/sync.py, point 7).
handler = sqs_handler(index_plan, counts_tries=True, shortest_pause=SECONDS)
