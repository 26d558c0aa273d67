"""GET /openapi.json: this description (OpenAPI 3.1)."""

import functools
import pathlib

from payerworks.http import http_operation
from payerworks.request import Answer, Request


@http_operation(answers={200: "ops.models.ApiDescription"}, public=True)
def handler(request: Request) -> Answer:
    return Answer(200, _text(), {"Cache-Control": "public, max-age=300"})


@functools.cache
def _text() -> str:
    # Written by ops.api_description before it is deployed: describing the API takes every module of every service.
    return (pathlib.Path(__file__).parent / "openapi.json").read_text(encoding="utf-8")
