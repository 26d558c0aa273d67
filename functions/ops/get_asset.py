"""GET /assets/{file}: a script, style sheet or image of the pages; its name has a hash, so it never changes."""

from ops.pages.bundle import asset
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: None}, errors=(404,), public=True)
def handler(request: Request) -> Answer:
    found = asset(request.path("file"))
    if found is None:
        raise NotFound("There is no such file; the page may be that of an earlier deployment: load it again.")
    text, media_type = found
    return Answer(200, text, {"Cache-Control": "public, max-age=31536000, immutable"}, media_type)
