"""The lag of the plan index behind the table."""

from ops.health.dependencies import get_from_opensearch
from payerworks.settings import settings

_LAST_INDEXED = {
    "sort": "indexedAt:desc",
    "size": "1",
    "_source_includes": "lagMs",
    "q": "indexedAt:*",
    "timeout": "2s",
}


def lag_of_last() -> int | None:
    """Time from the commit of the change that was indexed last until it was searchable (ms); None if unknown."""
    answer = get_from_opensearch("plans/_search", **_LAST_INDEXED) if settings().opensearch_endpoint else None
    hits = answer["hits"]["hits"] if answer else []
    return hits[0]["_source"]["lagMs"] if hits else None
