"""One HTTPS operation: the request read, the answer written, every error a problem, one log line a call.

An operation is declared beside its handler, for the description as well as for the call:

    @http_operation(answers={200: "plans.plan.models.Plan"}, errors=(404,))
    def handler(request: Request) -> Answer: ...

Models are named as text, so that an operation that needs none at run time does not import them.
"""

import functools
import time
from collections.abc import Callable, Mapping
from typing import Any

from payerworks import metrics
from payerworks.errors import PayerworksError
from payerworks.log import log_call, log_unexpected, logger
from payerworks.problem import problem_answer, unexpected_answer
from payerworks.request import Answer, Request
from payerworks.settings import settings

_EXPOSED = ", ".join(
    ["ETag", "Location", "Link", "Change-Token", "X-Request-Id", "Retry-After", "RateLimit", "RateLimit-Policy"]
)


class HttpHandler:
    """A Lambda handler for the API's proxy events (payload 1.0) that also carries what the description says of it.

    body        the model of the request's body, as "service.models.Name"; `body_types` the media types it may have
    query       the model of the query
    answers     status → model of the answer's body (None: no body)
    errors      the statuses of problems beside 400, 401, 403 and 500
    """

    def __init__(self, function: Callable[[Request], Answer], **description: Any) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.description: Mapping[str, Any] = description

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        started = time.perf_counter()
        request = Request(event)
        answer = self._answer(request)
        _log(request, answer, started)
        return proxy_response(answer, request)

    def _answer(self, request: Request) -> Answer:
        try:
            return self.function(request)
        except PayerworksError as error:
            return problem_answer(error, request.id)
        except Exception as error:
            log_unexpected("unexpected error", error, request_id=request.id, route=request.route)
            if settings().raise_unexpected:
                raise
            return unexpected_answer(request.id)


def http_operation(
    *,
    answers: Mapping[int, str | None],
    body: str | None = None,
    body_types: tuple[str, ...] = ("application/json",),
    query: str | None = None,
    errors: tuple[int, ...] = (),
    headers: tuple[str, ...] = (),
    public: bool = False,
) -> Callable[[Callable[[Request], Answer]], HttpHandler]:
    """Make a function of a request a Lambda handler; the arguments are those of `HttpHandler`.

    `headers` are the request headers it heeds beside Authorization and X-Request-Id; `public` says that it needs
    no token.
    """

    def wrap(function: Callable[[Request], Answer]) -> HttpHandler:
        return HttpHandler(
            function,
            answers=answers,
            body=body,
            body_types=body_types,
            query=query,
            errors=errors,
            headers=headers,
            public=public,
        )

    return wrap


def proxy_response(answer: Answer, request: Request) -> dict[str, Any]:
    """The answer in the form API Gateway takes from a proxy integration."""
    headers = {
        "X-Request-Id": request.id,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache" if "ETag" in answer.headers else "no-store",
    }
    if answer.text is not None:
        headers["Content-Type"] = answer.media_type
    headers.update(answer.headers)
    headers.update(cors_headers(request))
    return {"statusCode": answer.status, "headers": headers, "body": answer.text or ""}


def cors_headers(request: Request) -> dict[str, str]:
    """The headers that let a page of a configured origin read the answer (Fetch standard, CORS protocol)."""
    allowed = settings().cors_origins
    if not allowed:
        return {}
    origin = request.headers.get("origin", "")
    if origin and ("*" in allowed or origin in allowed):
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED, "Vary": "Origin"}
    return {"Vary": "Origin"}


def _log(request: Request, answer: Answer, started: float) -> None:
    line = {
        "request_id": request.id,
        "route": request.route,
        "status": answer.status,
        "ms": round((time.perf_counter() - started) * 1000, 1),
        **answer.log,
    }
    if answer.status >= 500:
        logger().error("request", extra=line | metrics.taken())
    else:
        log_call("request", **line)
