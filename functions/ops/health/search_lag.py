"""How far the index of plans is behind the table: the lag of the last change, and how many changes wait."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import NamedTuple
from urllib.parse import urlsplit

from botocore.awsrequest import AWSRequest

from ops.health.dependencies import ask, ask_opensearch
from payerworks.settings import settings

SECONDS = 1.0
"""How long the answers are waited for, beyond those of the other servers."""
_LAST = {"sort": "indexedAt:desc", "size": "1", "_source_includes": "lagMs", "q": "indexedAt:*", "timeout": "2s"}


class SearchLag(NamedTuple):
    """Milliseconds from the commit of the change that was indexed last until it was searchable at the latest, and the
    number of changes that wait to be indexed, dead letters too. None where it is not known.
    """

    lag_ms: int | None
    waiting: int | None


def ask_search_lag() -> Callable[[], SearchLag]:
    """Ask for the lag, beside other things; what is given back waits for it, not for long."""
    pool = ThreadPoolExecutor(2)
    asked = pool.submit(_lag_of_last), pool.submit(_waiting)
    pool.shutdown(wait=False)

    def answer() -> SearchLag:
        wait(asked, timeout=SECONDS)
        return SearchLag(*(each.result() if each.done() else None for each in asked))

    return answer


def _lag_of_last() -> int | None:
    found = ask_opensearch("plans/_search", **_LAST) if settings().opensearch_endpoint else None
    last = found["hits"]["hits"] if found else []
    return last[0]["_source"]["lagMs"] if last else None


def _waiting() -> int | None:
    found = [_messages(settings().queues[name]) for name in ("search_index", "search_index_dead_letters")]
    return None if None in found else sum(number or 0 for number in found)


def _messages(queue_url: str) -> int | None:
    # While OpenSearch is down, all pause between two tries, and none is visible.
    counted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.GetQueueAttributes"}
    body = json.dumps({"QueueUrl": queue_url, "AttributeNames": counted})
    host = urlsplit(queue_url)
    answer = ask(AWSRequest("POST", f"{host.scheme}://{host.netloc}/", headers=headers, data=body), "sqs")
    return sum(int(answer["Attributes"][name]) for name in counted) if answer else None
