"""The API in process: the routes of the template with their real handlers behind its real authorizer.

What API Gateway answers by itself, without a function, is in the template too, and answered from there.
"""

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import httpx

from auth.authorize_token import handler as authorize
from tests.unit.conftest import TEMPLATE
from tests.unit.template import Route, routes_of

FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in TEMPLATE.template["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}
RESPONSES = TEMPLATE.template["Resources"]["Api"]["Properties"]["GatewayResponses"]
REQUEST_ID = "r-0"


def _parameters(route: Route, method: str, path: str) -> dict[str, str] | None:
    """The parameters of a path; None if it is not of this route."""
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route.path))
    pattern = pattern.replace(r"\{proxy\+\}", "(?P<proxy>.+)")
    found = re.fullmatch(pattern, path) if route.method in (method, "ANY") else None
    return found.groupdict() if found else None


def events(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of one kind that start functions, each with the name of its function."""
    for name, properties in FUNCTIONS.items():
        for event in properties.get("Events", {}).values():
            if event["Type"] == kind:
                yield name, event["Properties"]


ROUTES = sorted(routes_of(TEMPLATE.template), key=lambda route: (route.method == "ANY", route.path.count("{")))


def handler_of(name: str) -> Any:
    """A handler by its name in the template, such as `plans.get_plan.handler`."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def answer(request: httpx.Request, path: str) -> httpx.Response:
    """The answer to a request for a path of the API, as httpx would get it."""
    route, parameters = next(
        (route, parameters) for route in ROUTES if (parameters := _parameters(route, request.method, path)) is not None
    )
    context: dict[str, Any] = {"requestId": REQUEST_ID, "identity": {"sourceIp": "127.0.0.1"}}
    if not route.public:
        authorization = request.headers.get("authorization")
        if authorization is None:
            return _own_answer("UNAUTHORIZED")
        verdict = authorize({"authorizationToken": authorization, "methodArn": "arn:aws:x:::api/dev/GET/"}, None)
        if verdict["policyDocument"]["Statement"][0]["Effect"] == "Deny":
            return _own_answer("ACCESS_DENIED")
        context["authorizer"] = verdict["context"]
    query = parse_qs(request.url.query.decode(), keep_blank_values=True)
    event = {
        "resource": route.path,
        "path": path,
        "httpMethod": request.method,
        "headers": dict(request.headers),
        "queryStringParameters": {name: texts[-1] for name, texts in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": parameters or None,
        "requestContext": context,
        "body": request.content.decode() or None,
        "isBase64Encoded": False,
    }
    answered = handler_of(FUNCTIONS[route.function]["Handler"])(event, None)
    return httpx.Response(answered["statusCode"], headers=answered["headers"], text=answered["body"])


def _own_answer(kind: str) -> httpx.Response:
    """What the gateway answers by itself (a gateway response of the template)."""
    response = RESPONSES[kind]
    parameters = response["ResponseParameters"]["Headers"].items()
    headers = {name: text.strip("'") for name, text in parameters if text.startswith("'")}
    body = response["ResponseTemplates"]["application/json"].replace("$context.requestId", REQUEST_ID)
    return httpx.Response(response["StatusCode"], headers=headers, text=json.dumps(json.loads(body)))
