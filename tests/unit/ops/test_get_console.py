import pathlib

import pytest

from ops import get_console
from tests.unit.conftest import Call
from tests.unit.ops.bundled_pages import assets

__all__ = ["assets"]


def policy(answer: dict[str, dict[str, str]]) -> dict[str, str]:
    """The Content-Security-Policy of an answer by its directives."""
    directives = answer["headers"]["Content-Security-Policy"].split("; ")
    return dict(directive.split(" ", 1) for directive in directives)


def test_it_is_a_page_that_is_asked_for_again_each_time(call: Call, assets: pathlib.Path) -> None:
    answer = call(get_console.handler, "ops/get_console")
    assert answer["statusCode"] == 200
    assert answer["body"] == "<!doctype html><title>console</title>"
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert answer["headers"]["Cache-Control"] == "private, no-cache"


def test_a_copy_that_is_still_good_is_not_sent_again(call: Call, assets: pathlib.Path) -> None:
    first = call(get_console.handler, "ops/get_console")
    second = call(get_console.handler, "ops/get_console", headers={"If-None-Match": first["headers"]["ETag"]})
    assert (second["statusCode"], second["body"]) == (304, "")
    assert second["headers"]["Content-Security-Policy"] == first["headers"]["Content-Security-Policy"]


def test_it_may_load_only_its_own_scripts_and_styles(call: Call, assets: pathlib.Path) -> None:
    headers = call(get_console.handler, "ops/get_console")["headers"]
    allowed = policy({"headers": headers})
    assert allowed == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("variables", "origin"),
    [
        ({"UPLOAD_ORIGIN": "https://bucket.s3.eu-west-1.amazonaws.com"}, "https://bucket.s3.eu-west-1.amazonaws.com"),
        ({"UPLOAD_ORIGIN": "https://b", "AWS_ENDPOINT_URL": "http://localhost:4566"}, "http://localhost:4566"),
    ],
)
def test_it_may_send_files_where_presigned_uploads_go(
    call: Call, assets: pathlib.Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], origin: str
) -> None:
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    assert policy(call(get_console.handler, "ops/get_console"))["connect-src"] == f"'self' {origin}"


def test_over_https_browsers_are_to_stay_with_it(call: Call, assets: pathlib.Path) -> None:
    plain = call(get_console.handler, "ops/get_console", headers={"X-Forwarded-Proto": "http"})
    assert "Strict-Transport-Security" not in plain["headers"]
    secure = call(get_console.handler, "ops/get_console", headers={"X-Forwarded-Proto": "https"})
    assert secure["headers"]["Strict-Transport-Security"].startswith("max-age=31536000")
