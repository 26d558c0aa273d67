"""Create the first administrator of a local stack."""

import json
import secrets
from collections.abc import Callable

from localstack import aws
from localstack.endpoints import Endpoint
from localstack.files import read_json, write_json
from localstack.layout import Layout
from localstack.problem import StackProblem

EMAIL = "admin@payerworks.example"
FUNCTION = "CreateFirstAdmin"


def ensure(layout: Layout, endpoint: Endpoint, functions: dict[str, str], say: Callable[[str], None]) -> dict[str, str]:
    """Create the administrator if it does not exist; return its email and password.

    The password is generated once and kept in admin.json. Raises StackProblem if the function fails.
    """
    path = layout.folder / "admin.json"
    admin: dict[str, str] = read_json(path) or {"email": EMAIL, "password": secrets.token_urlsafe(18)}
    write_json(path, admin)
    if FUNCTION not in functions:
        say(f"  no administrator: the template has no function {FUNCTION}")
        return admin
    answer = aws.client("lambda", endpoint.url, read_timeout=60).invoke(
        FunctionName=functions[FUNCTION], Payload=json.dumps(admin).encode()
    )
    if "FunctionError" in answer:
        raise StackProblem(f"{FUNCTION} failed: {answer['Payload'].read().decode()}")
    return admin
