"""GET /console: the web console, a page for the people who work with the API.

It calls the API as its user, and sends files to the intake bucket.
"""

from ops.pages.page_answer import page_answer, upload_origins
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "text/html", 304: None}, headers=("If-None-Match",), public=True)
def handler(request: Request) -> Answer:
    return page_answer(request, "console", {"connect-src": f"'self' {upload_origins()}".rstrip()})
