"""GET /openapi.json: this description (OpenAPI 3.1)."""

import pathlib

from ops.description.published import published
from payerworks.http import Answer, Request, http_operation

_FILE = pathlib.Path(__file__).parent / "description/openapi.json"


@http_operation(
    answers={200: "ops.description.models.ApiDescription", 304: None},
    headers=("If-None-Match",),
    public=True,
    answer_headers={200: ("Cache-Control",), 304: ("Cache-Control",)},
)
def handler(request: Request) -> Answer:
    return published(request, _FILE, "application/json", "public, max-age=300")
