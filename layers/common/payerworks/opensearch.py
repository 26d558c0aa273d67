"""OpenSearch: its client, its failures as our errors, searches and bulk writes. Lost documents can be indexed again."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import opensearchpy

from payerworks import json_text
from payerworks.errors import Unavailable
from payerworks.log import logger
from payerworks.settings import settings

SECONDS = 8
"""Time limit of one call; an API call has 29 s."""
CONNECTIONS = 8
"""Maximum number of connections to keep, for work in threads."""
BULK_DOCUMENTS = 1000
"""Maximum number of documents of one bulk call."""
BULK_LENGTH = 4_000_000
"""Maximum number of characters of a bulk call of several documents; the smallest domains accept 10 MB."""


class Met(NamedTuple):
    """The ids of existing documents that a write encountered: newer ones, which stayed, and replaced ones."""

    newer: set[str]
    replaced: set[str]


@functools.cache
def opensearch() -> opensearchpy.OpenSearch:
    """The client of this process; it signs requests to a domain of AWS with the function's role."""
    endpoint = settings().opensearch_endpoint
    auth = None
    if (urlsplit(endpoint).hostname or "").endswith(".amazonaws.com"):
        from payerworks.aws import session

        auth = opensearchpy.Urllib3AWSV4SignerAuth(session().get_credentials(), session().get_config_variable("region"))
    options: dict[str, Any] = {"timeout": SECONDS, "max_retries": 0, "http_compress": True, "pool_maxsize": CONNECTIONS}
    return opensearchpy.OpenSearch(endpoint, http_auth=auth, **options)


@contextmanager
def searching() -> Iterator[opensearchpy.OpenSearch]:
    """The client. Raises Unavailable if OpenSearch is not configured, does not answer or is overloaded."""
    if not settings().opensearch_endpoint:
        raise Unavailable("Search is not set up here.")
    try:
        yield opensearch()
    except opensearchpy.ConnectionError as error:
        logger().warning("opensearch does not answer", extra={"error": type(error).__name__})
        raise _down() from error
    except opensearchpy.TransportError as error:
        status = int(error.status_code)
        if status == 429 or status >= 500:
            logger().warning("opensearch refuses", extra={"status": status})
            raise _down() from error
        raise


def _down() -> Unavailable:
    return Unavailable("Search does not answer just now; try again.", headers={"Retry-After": "5"})


def search(alias: str, body: dict[str, Any], **params: str) -> dict[str, Any]:
    """The answer to a search; without hits if the alias does not exist. Raises Unavailable."""
    with searching() as client:
        answer: dict[str, Any] = client.search(index=alias, body=body, params={"ignore_unavailable": "true"} | params)
    return answer


def hits(alias: str, body: dict[str, Any], routing: str | None = None) -> list[dict[str, Any]]:
    """The hits of a search. Raises Unavailable."""
    page: list[dict[str, Any]] = search(alias, body, **({"routing": routing} if routing else {}))["hits"]["hits"]
    return page


def bulk(alias: str, actions: Iterable[dict[str, Any]]) -> Met:
    """Write documents to an alias, in order; newer documents in the index stay.

    An action has `op` (`index` or `delete`), `id`, `routing`, `version` and, to index, `source`. Raises Unavailable,
    also if the alias no longer exists, and ValueError if OpenSearch refuses a document.
    """
    met = Met(set(), set())
    for lines in _bulk_bodies(actions):
        with searching() as client:
            answer = client.bulk(body=lines, index=alias, params={"require_alias": "true"})
        results = [result for item in answer["items"] for result in item.values()]
        _raise_refused(results)
        met.newer.update(result["_id"] for result in results if result["status"] == 409)
        met.replaced.update(result["_id"] for result in results if result.get("result") == "updated")
    return met


def _bulk_bodies(actions: Iterable[dict[str, Any]]) -> Iterator[str]:
    lines: list[str] = []
    size = documents = 0
    for action in actions:
        meta = {"_id": action["id"], "routing": action["routing"]}
        guard = {"version": action["version"], "version_type": "external_gte"}
        added = [json_text.write({action["op"]: meta | guard})]
        if action["op"] == "index":
            added.append(json_text.write(action["source"]))
        length = sum(map(len, added))
        if lines and (documents == BULK_DOCUMENTS or size + length > BULK_LENGTH):
            yield "\n".join(lines) + "\n"
            lines, size, documents = [], 0, 0
        lines += added
        size += length
        documents += 1
    if lines:
        yield "\n".join(lines) + "\n"


def _raise_refused(results: Sequence[dict[str, Any]]) -> None:
    # Deleting an absent document also gives 404, but without an error.
    gone = any(result["status"] == 404 and "error" in result for result in results)
    if gone or any(result["status"] == 429 or result["status"] >= 500 for result in results):
        raise _down()
    refused = [result["status"] for result in results if result["status"] >= 400]
    refused = [status for status in refused if status not in (404, 409)]
    if refused:
        raise ValueError(f"OpenSearch refused {len(refused)} of {len(results)} documents with {refused[0]}")
