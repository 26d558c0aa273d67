"""A deployed environment answers: its health, the login page, and a plan that is stored, read and deleted."""

import json
import uuid
from collections.abc import Iterator

from localstack.problem import StackProblem
from payerworks_cli.api import Api
from payerworks_cli.deployment import Deployment
from payerworks_cli.errors import CommandError
from payerworks_cli.run.sample_plan import sample_plan


def smoke_test(deployment: Deployment) -> Iterator[str]:
    """Try a deployment out, and say what was seen. Raises StackProblem for what is not as it should be."""
    try:
        with Api(deployment) as api:
            health = api.ask("GET", "/health", expect=(200,)).json()
            yield f"health: {health['status']}"
            page = api.ask("GET", "/console", expect=(200,))
            yield f"login page: {len(page.content)} bytes"
            yield _plan_and_back(api) if deployment.token or deployment.password else _not_logged_in(deployment)
    except CommandError as error:
        raise StackProblem(f"The smoke test failed: {error}") from None


def _plan_and_back(api: Api) -> str:
    api.log_in()
    plan = sample_plan(1) | {"objectId": f"smoke-test-{uuid.uuid4()}"}
    path = f"/v1/plan/{plan['objectId']}"
    stored = api.ask("POST", "/v1/plan", expect=(201,), json=plan)
    try:
        same = json.loads(api.ask("GET", path, expect=(200,)).text) == plan
    finally:
        api.ask("DELETE", path, expect=(200,), headers={"If-Match": stored.headers["ETag"]})
    if not same:
        raise StackProblem("The smoke test failed: the plan came back different.")
    return "a plan and back: stored, read, deleted"


def _not_logged_in(deployment: Deployment) -> str:
    return f"a plan and back: not tried, because nobody is logged in; {deployment.log_in}"
