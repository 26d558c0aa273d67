"""The consumers of queues and table streams: without an event source mapping, no function gets what is in them.

Number and age of messages do not show that: an idle queue looks like one whose mapping was deleted.
"""

import functools
import time
from typing import Literal
from urllib.parse import urlsplit

from botocore.awsrequest import AWSRequest

from ops.health.dependencies import send_request
from payerworks.log import logger
from payerworks.search_index import has_engine
from payerworks.settings import settings

ConsumerState = Literal["up", "down", "off", "unknown"]

KEPT_SECONDS = 15.0
"""How long a worker keeps Lambda's answer: anybody may call /health, and Lambda takes 15 calls a second of this kind
from everything in an account together, deployments too."""
STREAMS = {
    "claim-changes": "claims",
    "directory-changes": "directory",
    "patient-changes": "intake",
    "plan-changes": "plans",
}
"""The service whose table has the stream, by the stream's name in GET /admin/queues."""

_RUNNING = ("Creating", "Enabling", "Enabled", "Updating")


def sources_read() -> list[str] | None:
    """The ARN of every queue and table that a function of this account reads from; None if Lambda does not answer."""
    return list_sources(int(time.monotonic() / KEPT_SECONDS))


def consumer_states(sources: list[str] | None) -> dict[str, ConsumerState]:
    """The state of the consumer of each queue and stream, by name, from what `sources_read` found.

    `off`: nothing is to read from it; `unknown`: Lambda did not answer.
    """
    states = {name: _state(name, ending, sources) for name, ending in sorted(_arn_endings().items())}
    missing = {name: state for name, state in states.items() if state in ("down", "unknown")}
    if missing:
        logger().warning("consumers are missing", extra={"consumers": missing})
    return states


def _state(name: str, arn_ending: str, sources: list[str] | None) -> ConsumerState:
    if sources is None:
        return "unknown"
    if any(source.endswith(arn_ending) for source in sources):
        return "up"
    return "off" if name in _switched_off() else "down"


def _switched_off() -> set[str]:
    """The queues that the template lets nobody read: without a payment processor, and without OpenSearch."""
    names = {"claim-payments"} if settings().payment_processor == "none" else set()
    return names if has_engine() else names | {"search-index", "patient-index", "search-jobs"}


def _arn_endings() -> dict[str, str]:
    """The end of the ARN of each queue, and of the table of each stream, by name."""
    urls = {name: url for name, url in settings().queues.items() if not name.endswith("_dead_letters")}
    # https://sqs.us-east-1.amazonaws.com/123456789012/name: arn:aws:sqs:us-east-1:123456789012:name
    queues = {name.replace("_", "-"): urlsplit(url).path.replace("/", ":") for name, url in urls.items()}
    return queues | {name: f":table/{settings().tables[service]}" for name, service in STREAMS.items()}


@functools.lru_cache(maxsize=1)
def list_sources(_: int) -> list[str] | None:
    """The answer of `sources_read`, kept until its argument changes."""
    queue = urlsplit(settings().queues["search_index"])
    # The address of SQS with the name of Lambda; an emulator has one address for both.
    url = f"{queue.scheme}://{queue.netloc.replace('sqs.', 'lambda.', 1)}/2015-03-31/event-source-mappings/"
    sources: list[str] = []
    marker: str | None = ""
    while marker is not None:
        # Written here because a client of Lambda takes long to import; see send_request.
        answer = send_request(AWSRequest("GET", url, params={"Marker": marker} if marker else {}), "lambda")
        if answer is None:
            return None
        mappings = [each for each in answer["EventSourceMappings"] if each["State"] in _RUNNING]
        # A stream's ARN begins with its table's; mappings of Kafka have none.
        sources += [each.get("EventSourceArn", "").partition("/stream/")[0] for each in mappings]
        marker = answer.get("NextMarker") or None
    return sources
