"""OpenSearch: its client, its failures as our errors, searches and bulk writes. Lost documents can be indexed again."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import opensearchpy
import urllib3

from payerworks import json_text
from payerworks.errors import Unavailable
from payerworks.log import count, logger
from payerworks.settings import settings
from payerworks.times import seconds_left

SECONDS = 8
"""Time limit of one call; an API call has 29 s."""
MARGIN_SECONDS = 2
"""What is kept of an invocation's time: no call begins that could still be waiting when the function is killed."""
SERVER_SECONDS = 5
"""How long OpenSearch may keep a write waiting, for a primary shard or for the cluster manager.

It is shorter than SECONDS: nobody waits for a write any more when it lands late (search/plans/sync.py).
"""
_TIMEOUT = urllib3.Timeout(total=SECONDS)
"""A number would be the limit of connecting, and again of each read."""
# Without `request_timeout` the client takes `timeout` for its own and does not send it.
WRITE: dict[str, Any] = {"timeout": f"{SERVER_SECONDS}s", "request_timeout": _TIMEOUT}
"""Parameters of each call that writes documents; OpenSearch's own default is a minute."""
CHANGE_INDEX = WRITE | {"cluster_manager_timeout": f"{SERVER_SECONDS}s"}
"""Parameters of each call that changes an index or alias; OpenSearch's own default is half a minute."""
UP_TO_DATE = {"preference": "_primary"}
"""Parameters of a read that must find all earlier writes, or all that were refreshed.

The primary shard has them in every kind of replication. With segment replication (some domains have no other) replicas
get them later, and a refresh does not reach them.
"""
CONNECTIONS = 8
"""Maximum number of connections to keep, for work in threads."""
BULK_DOCUMENTS = 1000
"""Maximum number of documents of one bulk call."""
BULK_BYTES = 4_000_000
"""Maximum size of a bulk call of several documents; the smallest domains accept 10 MB."""
MAX_LOGGED = 10
"""Ids of refused documents in a log line at most."""
_NOW_REFUSED = (401, 403, 408, 429)
"""Statuses of a document below 500 that have nothing to do with it: no right, an index that is read-only, overload."""

Action = dict[str, Any]
Result = dict[str, Any]


class Met(NamedTuple):
    """What a write encountered.

    newer     ids of existing documents that were newer, and stayed
    replaced  ids of existing documents that were replaced
    refused   actions whose document OpenSearch refused
    """

    newer: set[str]
    replaced: set[str]
    refused: list[Action]


@functools.cache
def opensearch() -> opensearchpy.OpenSearch:
    """The client of this process. With the setting OPENSEARCH_SIGNED it signs requests with the function's role."""
    auth = None
    # Not by the host's name: a domain can have an endpoint of any name.
    if settings().opensearch_signed:
        from payerworks.aws import session

        auth = opensearchpy.Urllib3AWSV4SignerAuth(session().get_credentials(), session().get_config_variable("region"))
    options: dict[str, Any] = {
        "timeout": _TIMEOUT,
        "max_retries": 0,
        "http_compress": True,
        "pool_maxsize": CONNECTIONS,
    }
    return opensearchpy.OpenSearch(settings().opensearch_endpoint, http_auth=auth, **options)


@contextmanager
def searching() -> Iterator[opensearchpy.OpenSearch]:
    """The client, for one call.

    Raises Unavailable if OpenSearch is not configured, does not answer or is overloaded, or if there is no time for it.
    """
    if not settings().opensearch_endpoint:
        raise Unavailable("Search is not set up here.")
    if seconds_left() < SECONDS + MARGIN_SECONDS:
        raise _down()
    try:
        yield opensearch()
    except opensearchpy.ConnectionError as error:
        logger().warning("opensearch does not answer", extra={"error": type(error).__name__})
        raise _down(is_hanging=_timed_out(error)) from error
    except opensearchpy.TransportError as error:
        status = int(error.status_code)
        if status == 429 or status >= 500:
            logger().warning("opensearch refuses", extra={"status": status})
            raise _down() from error
        raise


def _timed_out(error: opensearchpy.ConnectionError) -> bool:
    # A refused connection is a ConnectTimeoutError too, of a class of its own.
    return (
        isinstance(error, opensearchpy.ConnectionTimeout) or type(error.info) is urllib3.exceptions.ConnectTimeoutError
    )


def _down(*, is_hanging: bool = False) -> Unavailable:
    down = Unavailable("Search does not answer just now; try again.", headers={"Retry-After": "5"})
    down.is_hanging = is_hanging
    return down


def search(alias: str, body: dict[str, Any], **params: str) -> dict[str, Any]:
    """The answer to a search; without hits if the alias does not exist. Raises Unavailable."""
    with searching() as client:
        answer: dict[str, Any] = client.search(index=alias, body=body, params={"ignore_unavailable": "true"} | params)
    return answer


def hits(alias: str, body: dict[str, Any], **params: str) -> list[dict[str, Any]]:
    """The hits of a search. Raises Unavailable."""
    page: list[dict[str, Any]] = search(alias, body, **params)["hits"]["hits"]
    return page


def bulk(alias: str, actions: Iterable[Action], *, is_first: bool = True) -> Met:
    """Write documents to an alias, in order; newer documents in the index stay.

    An action has `op` (`index` or `delete`), `id`, `routing`, `version` and, to index, `source` and perhaps `searched`:
    the fields in the source that only searches need. If OpenSearch refuses a document, it gets one without these fields
    and with `refused`, and all other documents are written. Raises Unavailable, also if the alias no longer exists, or
    if the index takes none of a batch even so. `is_first`: it is not such a second try.

    After Unavailable some documents may be written, and others may be until OpenSearch gives up, SERVER_SECONDS after
    it got them.
    """
    met = Met(set(), set(), [])
    for batch, lines in _bulk_bodies(actions):
        with searching() as client:
            answer = client.bulk(body=lines, index=alias, params={"require_alias": "true"} | WRITE)
        results = [result for item in answer["items"] for result in item.values()]
        _check_available(results)
        met.newer.update(result["_id"] for result in results if result["status"] == 409)
        met.replaced.update(result["_id"] for result in results if result.get("result") == "updated")
        refused = [action for action, result in zip(batch, results, strict=True) if _is_refused(result)]
        if refused:
            _log_refused(alias, [result for result in results if _is_refused(result)])
            bare = [_without_searched(action) for action in refused if "searched" in action]
            again = bulk(alias, bare, is_first=False)
            if is_first and len(refused) == len(batch) and len(again.refused) == len(bare):
                raise _down()  # not one document but the index is at fault: nothing can be written to it
            met.newer.update(again.newer)
            met.replaced.update(again.replaced)
            met.refused.extend(refused)
    return met


def _bulk_bodies(actions: Iterable[Action]) -> Iterator[tuple[list[Action], str]]:
    batch: list[Action] = []
    lines: list[str] = []
    size = 0
    for action in actions:
        meta = {"_id": action["id"], "routing": action["routing"]}
        guard = {"version": action["version"], "version_type": "external_gte"}
        added = [json_text.write({action["op"]: meta | guard})]
        if action["op"] == "index":
            added.append(json_text.write(action["source"]))
        length = sum(len(line) if line.isascii() else len(line.encode()) for line in added)
        if batch and (len(batch) == BULK_DOCUMENTS or size + length > BULK_BYTES):
            yield batch, "\n".join(lines) + "\n"
            batch, lines, size = [], [], 0
        batch.append(action)
        lines += added
        size += length
    if batch:
        yield batch, "\n".join(lines) + "\n"


def _check_available(results: Sequence[Result]) -> None:
    # Deleting an absent document also gives 404, but without an error.
    gone = any(result["status"] == 404 and "error" in result for result in results)
    if gone or any(result["status"] in _NOW_REFUSED or result["status"] >= 500 for result in results):
        # 503: there was no primary shard for SERVER_SECONDS.
        raise _down(is_hanging=any(result["status"] == 503 for result in results))


def _is_refused(result: Result) -> bool:
    return result["status"] >= 400 and result["status"] not in (404, 409)


def _without_searched(action: Action) -> Action:
    kept = {name: value for name, value in action["source"].items() if name not in action["searched"]}
    return {name: part for name, part in action.items() if name != "searched"} | {"source": kept | {"refused": True}}


def _log_refused(alias: str, results: Sequence[Result]) -> None:
    # Types only: OpenSearch's reasons quote the document.
    kinds = {result.get("error", {}).get("type", "") for result in results}
    ids = [result["_id"] for result in results][:MAX_LOGGED]
    logger().warning("opensearch refuses documents", extra={"index": alias, "errors": sorted(kinds), "documents": ids})
    count("SearchRefused", len(results))
