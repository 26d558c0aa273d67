"""The claim id in a request's path."""

import re

from payerworks.errors import NotFound
from payerworks.http import Request

NOT_FOUND = "No claim has this id."

_ID = re.compile(r"[0-9a-f]{32}")


def claim_id_of(request: Request) -> str:
    """The id. Raises NotFound if it is not 32 hex digits: a longer one could exceed the size of a table key."""
    claim_id = request.path("id")
    if not _ID.fullmatch(claim_id):
        raise NotFound(NOT_FOUND)
    return claim_id
