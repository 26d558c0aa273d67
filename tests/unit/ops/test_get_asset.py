import pathlib

import pytest

from ops import get_asset
from tests.unit.conftest import Call
from tests.unit.ops.bundled_pages import assets

__all__ = ["assets"]


def test_a_file_is_kept_by_browsers_since_its_name_changes_with_it(call: Call, assets: pathlib.Path) -> None:
    answer = call(get_asset.handler, "ops/get_asset")
    assert (answer["statusCode"], answer["body"]) == (200, "export const price = '5 €';")
    assert answer["headers"]["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["headers"]["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(("name", "media_type"), [("a-1.css", "text/css; charset=utf-8"), ("b-2.svg", "image/svg+xml")])
def test_each_kind_of_file_has_its_media_type(call: Call, assets: pathlib.Path, name: str, media_type: str) -> None:
    (assets / name).write_text("x")
    assert call(get_asset.handler, "ops/get_asset", path={"file": name})["headers"]["Content-Type"] == media_type


@pytest.mark.parametrize(
    "name", ["other-ABCD1234.js", "..%2Fconsole.html", "../console.html", "..%2F__init__.py", "", "a.map"]
)
def test_what_is_no_file_of_the_pages_is_404(call: Call, assets: pathlib.Path, name: str) -> None:
    (assets / "a.map").write_text("{}")
    answer = call(get_asset.handler, "ops/get_asset", path={"file": name})
    assert (answer["statusCode"], answer["json"]["status"]) == (404, 404)
