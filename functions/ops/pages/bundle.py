"""The files of the pages, as `layers/pages` bundles them: `<page>.html`, and `assets/` with a hash in each name."""

import functools
import hashlib
import importlib.resources
import re
from importlib.resources.abc import Traversable

PACKAGE = "payerworks_pages"
MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.(\w+)")


@functools.cache
def page_text(page: str) -> str:
    """The HTML of a page."""
    return _folder().joinpath(f"{page}.html").read_text(encoding="utf-8")


@functools.cache
def page_etag(page: str) -> str:
    """The ETag of a page: a hash of its text, which names the hashes of its scripts and styles."""
    return f'"{hashlib.sha256(page_text(page).encode()).hexdigest()[:32]}"'


def asset(name: str) -> tuple[str, str] | None:
    """The text of a file of `assets/` and its media type; None if there is none of this name."""
    match = _NAME.fullmatch(name)
    file = _folder().joinpath("assets", name)
    if match is None or match[1] not in MEDIA_TYPES or not file.is_file():
        return None
    return file.read_text(encoding="utf-8"), MEDIA_TYPES[match[1]]


def _folder() -> Traversable:
    # A package of a layer: Lambda puts the packages of all layers on the import path, and so do the emulators.
    return importlib.resources.files(PACKAGE)
