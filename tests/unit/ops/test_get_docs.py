import pathlib

from ops import get_docs
from tests.unit.conftest import Call
from tests.unit.ops.bundled_pages import assets

__all__ = ["assets"]


def test_it_is_a_page_that_runs_only_our_own_scripts(call: Call, assets: pathlib.Path) -> None:
    answer = call(get_docs.handler, "ops/get_docs")
    assert answer["statusCode"] == 200
    assert answer["body"] == "<!doctype html><title>docs</title>"
    policy = answer["headers"]["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'", "img-src 'self' data:"} <= set(policy)
