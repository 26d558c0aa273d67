"""The routes of the API, as its description lists them."""

import functools
import json
import pathlib

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def methods_of(path: str) -> list[str]:
    """The methods of a path without its first slash, such as `claims/7/void`; none if the API has no such path.

    As API Gateway does, it goes down the tree of segments, a literal one before a parameter and without a way back: so
    `v1/plan/es_plan`, above `v1/plan/es_plan/{id}`, is no path of a plan.
    """
    templates = list(_routes())
    segments = path.split("/")
    for number, segment in enumerate(segments):
        longer = [template for template in templates if len(template) > number]
        literal = [template for template in longer if template[number] == segment]
        templates = literal or [template for template in longer if segment and template[number].startswith("{")]
    return next((_routes()[template] for template in templates if len(template) == len(segments)), [])


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
