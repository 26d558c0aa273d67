"""OPTIONS /{proxy+}: tell a browser whether a page of another origin may call the API (Fetch standard, CORS protocol).

Every path comes here, those of other operations too: API Gateway looks for the method on the greedy path when the path
itself does not have it.
"""

from payerworks.http import Answer, Request, cors_headers, http_operation

_ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-Request-Id"
    ),
    "Access-Control-Max-Age": "7200",  # the longest that browsers keep it
}


@http_operation(answers={204: None}, public=True)
def handler(request: Request) -> Answer:
    allowed = "Access-Control-Allow-Origin" in cors_headers(request)
    return Answer(204, headers=dict(_ALLOWED) if allowed else {})
