"""The client of OpenSearch, and its failures in our words. It is a copy: what is not there can be indexed again."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import opensearchpy

from payerworks.errors import Unavailable
from payerworks.log import logger
from payerworks.settings import settings

SECONDS = 8
"""How long one call may take; an API call has 29."""


@functools.cache
def opensearch() -> opensearchpy.OpenSearch:
    """The client of this process; requests to a domain of AWS are signed with the function's own role."""
    endpoint = settings().opensearch_endpoint
    auth = None
    if urlsplit(endpoint).hostname and str(urlsplit(endpoint).hostname).endswith(".amazonaws.com"):
        from payerworks.aws import session

        auth = opensearchpy.Urllib3AWSV4SignerAuth(session().get_credentials(), session().get_config_variable("region"))
    return opensearchpy.OpenSearch(endpoint, http_auth=auth, timeout=SECONDS, max_retries=0, http_compress=True)


@contextmanager
def searching() -> Iterator[opensearchpy.OpenSearch]:
    """The client. Raises Unavailable where OpenSearch is not configured, does not answer or is overloaded."""
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
    """The answer to a search; without hits where nothing was ever indexed under the alias. Raises Unavailable."""
    with searching() as client:
        answer: dict[str, Any] = client.search(index=alias, body=body, params={"ignore_unavailable": "true"} | params)
    return answer


def hits(alias: str, body: dict[str, Any], routing: str | None = None) -> list[dict[str, Any]]:
    """What a search finds. Raises Unavailable."""
    found: list[dict[str, Any]] = search(alias, body, **({"routing": routing} if routing else {}))["hits"]["hits"]
    return found


def bulk(index: str, actions: Sequence[dict[str, Any]]) -> bool:
    """Write documents to an alias, in order; a document that is newer already stays as it is.

    An action has `op` (`index` or `delete`), `id`, `routing`, `version` and, to index, `source`. Returns whether
    every one was taken, False where a newer version was found. Raises Unavailable, and ValueError for a document
    that OpenSearch refuses.
    """
    taken = True
    for start in range(0, len(actions), 500):
        lines: list[dict[str, Any]] = []
        for action in actions[start : start + 500]:
            meta = {"_id": action["id"], "routing": action["routing"]}
            guard = {"version": action["version"], "version_type": "external_gte"}
            lines.append({action["op"]: meta | guard})
            if action["op"] == "index":
                lines.append(action["source"])
        with searching() as client:
            answer = client.bulk(body=lines, index=index, params={"require_alias": "true"})
        taken = _all_taken(answer["items"]) and taken
    return taken


def _all_taken(items: Sequence[dict[str, Any]]) -> bool:
    statuses = [result["status"] for item in items for result in item.values()]
    if any(status == 429 or status >= 500 for status in statuses):
        raise _down()
    refused = [status for status in statuses if status >= 400 and status not in (404, 409)]
    if refused:
        raise ValueError(f"OpenSearch refused {len(refused)} of {len(statuses)} documents with {refused[0]}")
    return 409 not in statuses


def ensure_index(alias: str, definition: Callable[[], dict[str, Any]]) -> None:
    """Make the first index behind an alias where there is none yet."""
    with searching() as client:
        if client.indices.exists_alias(name=alias):
            return
        try:
            client.indices.create(f"{alias}-000001", body=definition() | {"aliases": {alias: {}}})
        except opensearchpy.RequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
