"""GET /docs: a page that shows the API and tries it out (Swagger UI)."""

from ops.pages.page_answer import page_answer
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "text/html", 304: None}, headers=("If-None-Match",), public=True)
def handler(request: Request) -> Answer:
    # Its style sheet has its icons in itself.
    return page_answer(request, "docs", {"img-src": "'self' data:"})
