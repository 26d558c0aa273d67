"""GET /api/v1/specialties: the specialties of doctors, all in one page."""

import functools
import hashlib

from directory.specialties.specialties import SPECIALTIES
from payerworks import json_text
from payerworks.conditional import not_modified
from payerworks.http import Answer, Request, http_operation

MAX_AGE_SECONDS = 3600
"""They change with a deployment only."""


@http_operation(
    answers={200: "directory.specialties.models.SpecialtyList", 304: None},
    headers=("If-None-Match",),
    answer_headers={200: ("Cache-Control",), 304: ("Cache-Control",)},
)
def handler(request: Request) -> Answer:
    text = _text()
    headers = {
        "ETag": f'"{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"',
        # Private, because a token is needed.
        "Cache-Control": f"private, max-age={MAX_AGE_SECONDS}",
    }
    unchanged = not_modified(request, headers["ETag"])
    return Answer(304, headers=headers) if unchanged else Answer(200, text, headers)


@functools.cache
def _text() -> str:
    items = [{"id": each.specialty_id, "name": each.name, "code": each.code} for each in SPECIALTIES]
    return json_text.write({"items": items, "nextCursor": None})
