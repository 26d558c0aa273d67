"""People of the directory, made by the API's own calls, and calls in their name."""

import itertools
import json
from typing import Any

from auth import authorize_token, log_in
from institutions import create_institution
from tests.unit.conftest import api_event, check_status

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)
INSTITUTION = {"name": "St. Mary Hospital", "institution_type": "hospital", "region": "North"}


def call(handler: Any, name: str, token: str = "", **changes: Any) -> dict[str, Any]:
    """The answer to the event `name` with changes: of an administrator, or of a token's holder."""
    event = api_event(name, **changes)
    if token:
        context = context_of(token)
        if context is None:
            return {"statusCode": 401}
        event["requestContext"]["authorizer"] = context
    answer: dict[str, Any] = handler(event, None)
    check_status(handler, answer)
    if answer.get("body"):
        answer["json"] = json.loads(answer["body"])
    return answer


def context_of(token: str) -> dict[str, str] | None:
    """What the authorizer says of a token's holder; None if it refuses the token."""
    event = api_event("auth/authorize_token") | {"authorizationToken": f"Bearer {token}"}
    return authorize_token.handler(event, None)["context"] or None


def logged_in(email: str, password: str = PASSWORD) -> str:
    """A token of the user with an e-mail; empty if the login is refused."""
    answer = call(log_in.handler, "auth/log_in", body={"email": email, "password": password})
    return str(answer["json"]["access_token"]) if answer["statusCode"] == 200 else ""


def new_institution(**changes: Any) -> dict[str, Any]:
    """The body that makes an institution like no other."""
    number = next(_numbers)
    unique = {"license_number": f"H-{number}", "contact_email": f"office{number}@example.com", "password": PASSWORD}
    return INSTITUTION | unique | changes


def institution(**changes: Any) -> dict[str, Any]:
    """A new institution, as the API answers it."""
    answer = call(create_institution.handler, "institutions/create_institution", body=new_institution(**changes))
    assert answer["statusCode"] == 201, answer["body"]
    made: dict[str, Any] = answer["json"]
    return made
