"""GET /openapi.json: this description (OpenAPI 3.1)."""

import functools
import pathlib

from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "ops.description.models.ApiDescription"}, public=True)
def handler(request: Request) -> Answer:
    return Answer(200, _text(), {"Cache-Control": "public, max-age=300"})


@functools.cache
def _text() -> str:
    # Generated before deployment (description/api_description.py), since that imports every service.
    return (pathlib.Path(__file__).parent / "description/openapi.json").read_text(encoding="utf-8")
