"""How far the index of plans is behind the table: the lag of the last change, and how many changes wait."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from ops.dependencies import ask_opensearch
from payerworks.aws import client
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
    names = ("search_index", "search_index_dead_letters")
    counted = "ApproximateNumberOfMessages"
    try:
        found = [
            client("sqs").get_queue_attributes(QueueUrl=settings().queues[name], AttributeNames=[counted])
            for name in names
        ]
    except (BotoCoreError, ClientError):
        return None
    return sum(int(each["Attributes"][counted]) for each in found)
