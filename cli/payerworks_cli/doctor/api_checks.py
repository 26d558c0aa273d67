"""What a deployment's API says of itself and of the caller."""

import base64
import datetime
import json
from collections.abc import Iterator

from pydantic import BaseModel

from payerworks_cli import VERSION
from payerworks_cli.account.whoami import PATH as WHO
from payerworks_cli.account.whoami import SessionVerdict, session_end
from payerworks_cli.api import Api
from payerworks_cli.deployment import Deployment
from payerworks_cli.deployments.health import PATH as HEALTH
from payerworks_cli.deployments.health import SERVERS, WITHOUT_ENGINE, Health
from payerworks_cli.doctor.finding import Finding, fault, ok, warning
from payerworks_cli.shown_values import second

TOKEN_ENDS_SOON = datetime.timedelta(minutes=5)
SESSION_ENDS_SOON = datetime.timedelta(days=2)


class Info(BaseModel):
    """What the description of an API says of itself."""

    version: str


class Description(BaseModel):
    """An answer of GET /openapi.json."""

    info: Info


def version_findings(api: Api) -> Iterator[Finding]:
    """Whether the command and the API are of one version."""
    there = api.ask("GET", "/openapi.json").parse(Description).info.version
    if there == VERSION:
        yield ok("version", f"{VERSION} here and there")
    else:
        yield warning("version", f"{VERSION} here, {there} there", "use the command that belongs to the API's version")


def health_findings(api: Api) -> Iterator[Finding]:
    """The state of each server that the API depends on, what searches read, and what reads the queues."""
    state = api.ask("GET", HEALTH, expect=(200, 503)).parse(Health)
    for name, server in state.dependencies.items():
        # A stack's own servers are among the checks of the machine.
        check = f"health {name}"
        if server.status == "down":
            yield fault(check, f"{SERVERS.get(name, name)} does not answer", _restart(api.deployment))
        else:
            took = "" if server.latency_ms is None else f", {server.latency_ms} ms"
            yield ok(check, f"{server.status}{took}")
    if engine := state.search.get("engine"):
        yield ok("search", WITHOUT_ENGINE.get(str(engine), str(engine)))
    silent = [name for name, status in state.consumers.items() if status == "down"]
    if silent:
        yield fault("health consumers", f"nothing reads from {', '.join(silent)}", _map_again(api.deployment))
    elif "unknown" in state.consumers.values():
        yield warning("health consumers", "Lambda does not say which queues are read", "ask again in a minute")
    elif state.consumers:
        yield ok("health consumers", "each queue is read")


def _restart(deployment: Deployment) -> str:
    if deployment.make:
        return f"`{deployment.make} down`, then `{deployment.make} up` restarts the servers and keeps their data"
    return "tell who runs the API"


def _map_again(deployment: Deployment) -> str:
    # CloudFormation does not restore a mapping while the template stays as it is.
    if deployment.make:
        return f"`{deployment.make} clean`, then `{deployment.make} up` makes the stack anew, without its data"
    return "tell who runs the API: an event source mapping is missing or disabled"


def login_findings(api: Api) -> Iterator[Finding]:
    """Who calls, what for, and until when."""
    api.log_in()
    answer = api.ask("GET", WHO, expect=(200, 403))
    if answer.status == 403:
        remedy = f"{_command(api, 'mfa enrol')} sets it up"
        yield warning("login", "the account may do nothing without a second factor", remedy)
        return
    verdict = answer.parse(SessionVerdict)
    user = verdict.user
    yield ok("login", f"{user.email or user.user_id} is logged in")
    if user.user_type == "staff" and not user.roles:
        remedy = f"an administrator gives it roles: {_command(api, f'users roles {user.email or user.user_id} ROLE')}"
        yield warning("rights", "staff without a role may do nothing", remedy)
    else:
        yield ok("rights", ", ".join([user.user_type, *user.roles]))
    yield _token(api)
    if api.deployment.profile and (end := session_end(api)):
        yield _session(end, api.deployment.log_in)


def _token(api: Api) -> Finding:
    """How long the access token is valid, and what comes then."""
    ends = _end_of_token(api.token)
    until = f"valid until {second(ends)}" if ends else "of another issuer"
    if api.deployment.password:
        return ok("token", f"{until}; each command gets its own")
    if api.deployment.profile:
        return ok("token", f"{until}; commands renew it")
    if ends and ends - _now() < TOKEN_ENDS_SOON:
        return warning("token", until, api.deployment.log_in)
    return ok("token", until)


def _session(end: str, log_in: str) -> Finding:
    text = f"the login ends at {second(end)}"
    is_soon = datetime.datetime.fromisoformat(end) - _now() < SESSION_ENDS_SOON
    return warning("session", text, log_in) if is_soon else ok("session", text)


def _end_of_token(token: str) -> datetime.datetime | None:
    """The time in an access token (RFC 7519, section 4.1.4), which is not checked; None if it has none to be read."""
    try:
        claims = token.split(".")[1]
        seconds = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError):
        return None


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _command(api: Api, text: str) -> str:
    return f"`{api.deployment.command(text)}`"
