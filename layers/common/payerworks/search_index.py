"""Search: which engine the deployment has; the indexes of OpenSearch, and what a search without an index means.

A deployment without OpenSearch (profile small) searches in DynamoDB, as far as that goes at a bounded cost.
"""

from typing import Any

from payerworks.errors import Fault, NotSupported, Unavailable
from payerworks.settings import settings
from payerworks.sqs import waiting_messages


def has_engine() -> bool:
    """Whether the deployment has OpenSearch. Each search of a service chooses by this, in one place."""
    return bool(settings().opensearch_endpoint)


def needs_engine(instead: str, *faults: Fault) -> NotSupported:
    """The error for what only OpenSearch can do; `instead` says what the client can do without it."""
    detail = f"This deployment has no search engine: {instead}, or deploy the engines small or full."
    return NotSupported(detail, errors=faults)


def index_settings(refresh_interval: str) -> dict[str, Any]:
    """The settings of every index, also while a reindex fills it.

    A domain of three zones (Multi-AZ with Standby) accepts an index only if the number of its copies, the primary
    included, is a multiple of three. It refuses `auto_expand_replicas` 0-1, and 0 replicas while an index is filled.
    """
    # With an explicit interval, OpenSearch also refreshes an index that has not been searched for a while.
    return {
        "number_of_shards": settings().opensearch_shards,
        "number_of_replicas": settings().opensearch_replicas,
        "refresh_interval": refresh_interval,
    }


def require_index(answer: dict[str, Any], queue: str) -> None:
    """Raise Unavailable if a search met no index while changes wait in the index's queue: "no hits" would be wrong.

    Without an index and without changes there is nothing to find.
    """
    if answer["_shards"]["total"] == 0 and waiting_messages(settings().queues[queue]):
        raise Unavailable("The search index is being built; try again.", headers={"Retry-After": "5"})
