"""The routes of the API, as its description lists them."""

import functools
import json
import pathlib

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def methods_of(path: str) -> list[str]:
    """The methods of a path without its first slash, such as `claims/7/void`; none if the API has no such path.

    Of several templates that fit, API Gateway takes the one with the earlier literal segments.
    """
    segments = path.split("/")
    fitting = [template for template in _routes() if _fits(template, segments)]
    return _routes()[max(fitting, key=lambda template: [*map(str.__eq__, template, segments)])] if fitting else []


def _fits(template: tuple[str, ...], segments: list[str]) -> bool:
    return len(template) == len(segments) and all(
        segment and (part.startswith("{") or part == segment) for part, segment in zip(template, segments, strict=True)
    )


@functools.cache
def _routes() -> dict[tuple[str, ...], list[str]]:
    """The methods of each path template, by its segments."""
    # The description is generated before deployment, since that imports every service.
    text = pathlib.Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")
    paths = json.loads(text)["paths"]
    return {
        tuple(path.removeprefix("/").split("/")): [method for method in METHODS if method.lower() in item]
        for path, item in paths.items()
    }
