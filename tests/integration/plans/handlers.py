"""The handlers of plans in this process, on the deployed servers, called as the API is."""

import importlib
import urllib.parse
from typing import Any

from tests.integration.conftest import Answer
from tests.unit.conftest import api_event

_OPERATIONS = {
    "POST": "create_plan",
    "GET": "get_plan",
    "PUT": "replace_plan",
    "PATCH": "patch_plan",
    "DELETE": "delete_plan",
}


class Handlers:
    """Calls handlers as `Api` calls the gateway in front of them; needs the fixture `here`.

    Without gateway and Lambda a call takes a tenth of the time, and what is tested takes the same.
    """

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        path, _, query = path.partition("?")
        operation, parameters = _route(method, path.removeprefix("/v1/plan").strip("/"))
        event = api_event(
            f"plans/{operation}",
            tenant="main",
            body=None if body is None else body.decode(),
            path=parameters,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        given = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        event["queryStringParameters"] = given
        event["multiValueQueryStringParameters"] = {name: [text] for name, text in given.items()}
        answer: dict[str, Any] = importlib.import_module(f"plans.{operation}").handler(event, None)
        found = {name.lower(): value for name, value in answer["headers"].items()}
        return Answer(answer["statusCode"], found, answer["body"].encode())

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)


def _route(method: str, rest: str) -> tuple[str, dict[str, str]]:
    """The operation of a call and the parameters of its path, percent-encoded as a REST API passes them on."""
    if rest == "es_data":
        return "find_indexed_objects", {}
    if rest.startswith("es_plan/"):
        return "get_indexed_plan", {"id": rest.removeprefix("es_plan/")}
    if not rest:
        return ("list_plans" if method == "GET" else "create_plan"), {}
    return _OPERATIONS[method], {"id": rest}
