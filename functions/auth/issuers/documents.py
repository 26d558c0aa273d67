"""Fetch a JSON document of an issuer over HTTPS: within two seconds, of one megabyte at most, without redirects."""

import functools
import json
import time
from typing import Any

import urllib3

SECONDS = 2.0
MAX_BYTES = 1_000_000


class IssuerFailed(Exception):
    """The issuer does not answer, or not with what it should; the message says what failed."""


def fetch(url: str) -> Any:
    """The JSON value at a URL. Raises IssuerFailed."""
    end = time.monotonic() + SECONDS
    try:
        answer = _pool().request(
            "GET", url, headers={"Accept": "application/json"}, redirect=False, preload_content=False
        )
        try:
            if answer.status != 200:
                raise IssuerFailed(f"status {answer.status}")
            content = b""
            for part in answer.stream(65536):
                content += part
                if len(content) > MAX_BYTES:
                    raise IssuerFailed("too large")
                # The time-out alone begins again with each byte.
                if time.monotonic() > end:
                    raise IssuerFailed("too slow")
        finally:
            answer.close()
        return json.loads(content)
    except urllib3.exceptions.HTTPError as error:
        raise IssuerFailed(type(error).__name__) from None
    except (ValueError, RecursionError):
        raise IssuerFailed("not JSON") from None


@functools.cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=SECONDS, read=SECONDS))
