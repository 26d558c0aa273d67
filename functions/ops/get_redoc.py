"""GET /redoc: a page to read about the API (Redoc)."""

from ops.pages.page_answer import page_answer
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "text/html", 304: None}, headers=("If-None-Match",), public=True)
def handler(request: Request) -> Answer:
    # Redoc writes its styles into the page.
    return page_answer(request, "redoc", {"img-src": "'self' data:", "style-src": "'self' 'unsafe-inline'"})
