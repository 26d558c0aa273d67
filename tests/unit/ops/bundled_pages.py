"""Pages in place of those that `layers/pages` bundles."""

import pathlib
import sys
from collections.abc import Iterator

import pytest

from ops.pages import bundle


@pytest.fixture
def assets(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pathlib.Path]:
    """The folder of the pages' files, in a package on the import path as a layer's are; it has one script."""
    folder = tmp_path / bundle.PACKAGE
    (folder / "assets").mkdir(parents=True)
    (folder / "__init__.py").touch()
    for page in ("console", "docs", "redoc"):
        (folder / f"{page}.html").write_text(f"<!doctype html><title>{page}</title>")
    (folder / "assets/console-ABCD1234.js").write_text("export const price = '5 €';", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    _forget()
    yield folder / "assets"
    _forget()


def _forget() -> None:
    sys.modules.pop(bundle.PACKAGE, None)
    bundle.page_text.cache_clear()
    bundle.page_etag.cache_clear()
