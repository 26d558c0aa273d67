"""`payerworks api description`, `schema` and `postman`: documents for other tools, as JSON on standard output."""

import json
from typing import Any

from payerworks_cli.answer import Answer
from payerworks_cli.api import Api
from payerworks_cli.description.postman import collection
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target, find_deployment
from payerworks_cli.terminal import Terminal, command_terminal


def description(*, target: Target, as_json: AsJson = False) -> None:
    """Print the description of the API (OpenAPI 3.1). Needs no login.

    Example: payerworks api description --api-url https://api.example.com/prod
    """
    with command_terminal(as_json=as_json) as terminal:
        print(_description(target, terminal).text)


def schema(*, target: Target, as_json: AsJson = False) -> None:
    """Print the JSON Schema of a plan (draft 2020-12), with which plans can be checked before they are sent.

    Example: payerworks api schema --profile test
    """
    with session(target, as_json=as_json) as (_, api):
        print(api.ask("GET", "/v1/plan/schema").text)


def postman(*, target: Target, as_json: AsJson = False) -> None:
    """Print a Postman collection (2.1) of all calls; set its variable `token` to call them. Needs no login.

    Example: payerworks api postman --api-url https://api.example.com/prod
    """
    with command_terminal(as_json=as_json) as terminal:
        described: dict[str, Any] = _description(target, terminal).json()
        made = collection(described, find_deployment(target).api_url)
        print(json.dumps(made, indent=1, ensure_ascii=False))


def _description(target: Target, terminal: Terminal) -> Answer:
    with Api(find_deployment(target), terminal.note) as api:
        return api.ask("GET", "/openapi.json")
