"""GET /v1/plan/schema: the JSON Schema of a plan (draft 2020-12), with which a client can check plans by itself.

It says all that can be said of a plan's shape. Not that object ids are unique within a plan, nor that a part has at
most 350 KB; POST /v1/plan checks these too.
"""

import pathlib

from ops.description.published import published
from payerworks.http import Answer, Request, http_operation

_FILE = pathlib.Path(__file__).parent / "description/plan_schema.json"


@http_operation(
    answers={200: "application/schema+json", 304: None},
    headers=("If-None-Match",),
    answer_headers={200: ("Cache-Control",), 304: ("Cache-Control",)},
)
def handler(request: Request) -> Answer:
    # Private, because a token is needed.
    return published(request, _FILE, "application/schema+json", "private, max-age=300")
