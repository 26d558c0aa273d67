"""OPTIONS /{proxy+}: tell a browser whether a page of another origin may call the API (Fetch standard, CORS protocol).

All paths end up here, including those of other operations: API Gateway falls back to the greedy path when a path has no
OPTIONS method of its own.
"""

from payerworks.http import Answer, Request, cors_headers, http_operation

_PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-Break-Glass, X-Client-Id, "
        "X-Request-Id"
    ),
    "Access-Control-Max-Age": "7200",  # seconds; no browser caches for longer
}


@http_operation(answers={204: None}, public=True)
def handler(request: Request) -> Answer:
    is_allowed = "Access-Control-Allow-Origin" in cors_headers(request)
    return Answer(204, headers=dict(_PREFLIGHT_HEADERS) if is_allowed else {})
