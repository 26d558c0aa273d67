"""The id of a claim in a path."""

import re

from payerworks.errors import NotFound
from payerworks.http import Request

NOT_FOUND = "There is no claim with this id."

_ID = re.compile(r"[0-9a-f]{32}")


def claim_id_of(request: Request) -> str:
    """The id. Raises NotFound for what is no id of ours: it may be longer than a key of the table can be."""
    claim_id = request.path("id")
    if not _ID.fullmatch(claim_id):
        raise NotFound(NOT_FOUND)
    return claim_id
