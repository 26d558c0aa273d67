"""The lag of the plan index behind the table: latency of the last change, and number of waiting changes."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from urllib.parse import urlsplit

from botocore.awsrequest import AWSRequest

from ops.health.dependencies import get_from_opensearch, send_request
from payerworks.settings import settings

LAG_SECONDS = 1.0
"""Longest wait for the lag after the other servers have answered."""
_LAST_INDEXED = {
    "sort": "indexedAt:desc",
    "size": "1",
    "_source_includes": "lagMs",
    "q": "indexedAt:*",
    "timeout": "2s",
}


def start_search_lag() -> Callable[[], dict[str, int | None]]:
    """Start measuring the lag in the background; the returned function waits for it, LAG_SECONDS at most.

    That function returns the members of `models.SearchState`.
    """
    pool = ThreadPoolExecutor(2)
    futures = {"lag_ms": pool.submit(_lag_of_last), "waiting": pool.submit(_count_waiting)}
    pool.shutdown(wait=False)

    def search_lag() -> dict[str, int | None]:
        wait(futures.values(), timeout=LAG_SECONDS)
        return {name: future.result() if future.done() else None for name, future in futures.items()}

    return search_lag


def _lag_of_last() -> int | None:
    answer = get_from_opensearch("plans/_search", **_LAST_INDEXED) if settings().opensearch_endpoint else None
    hits = answer["hits"]["hits"] if answer else []
    return hits[0]["_source"]["lagMs"] if hits else None


def _count_waiting() -> int | None:
    numbers = [_count_messages(settings().queues[name]) for name in ("search_index", "search_index_dead_letters")]
    return None if None in numbers else sum(number or 0 for number in numbers)


def _count_messages(queue_url: str) -> int | None:
    # Invisible messages count too: while OpenSearch is down, all are waiting for their next try.
    attributes = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.GetQueueAttributes"}
    body = json.dumps({"QueueUrl": queue_url, "AttributeNames": attributes})
    url = urlsplit(queue_url)
    answer = send_request(AWSRequest("POST", f"{url.scheme}://{url.netloc}/", headers=headers, data=body), "sqs")
    return sum(int(answer["Attributes"][name]) for name in attributes) if answer else None
