"""ANY /{proxy+}: refuse a call that no operation takes: 405 with `Allow` on a path of the API, 404 on any other.

All such calls end up here: API Gateway falls back to the greedy path when no other path, or no method of it, fits.
"""

from ops.description.routes import methods_of
from payerworks.errors import MethodNotAllowed, NotFound
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={}, errors=(404, 405), public=True)
def handler(request: Request) -> Answer:
    methods = ", ".join(methods_of((request.event.get("pathParameters") or {}).get("proxy", "")))
    if not methods:
        raise NotFound("The API has no such path; GET /openapi.json lists all.")
    raise MethodNotAllowed(f"This path has only the methods {methods}.", headers={"Allow": methods})
