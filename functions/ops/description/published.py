"""Files that are generated before deployment, because that imports every service, and served as they are."""

import functools
import hashlib
import pathlib

from payerworks.conditional import not_modified
from payerworks.http import Answer, Request


def published(request: Request, file: pathlib.Path, media_type: str, cache_control: str) -> Answer:
    """200 with a file, or 304 if the caller has it as it is."""
    text, etag = _content(file)
    headers = {"ETag": etag, "Cache-Control": cache_control}
    if not_modified(request, etag):
        return Answer(304, headers=headers)
    return Answer(200, text, headers, media_type)


@functools.cache
def _content(file: pathlib.Path) -> tuple[str, str]:
    """A file's text and its ETag."""
    content = file.read_bytes()
    return content.decode(), f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
