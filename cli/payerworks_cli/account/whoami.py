"""`payerworks whoami`: who is logged in."""

from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.session import AsJson, session
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target

PATH = "/auth/session/validate"


class Metadata(BaseModel):
    """What else belongs to a user."""

    reference_id: str = ""


class TokenUser(BaseModel):
    """The user of a token."""

    user_id: str
    email: str
    user_type: str
    roles: list[str]
    metadata: Metadata


class SessionVerdict(BaseModel):
    """An answer of GET /auth/session/validate; `same_device` is null for who has no login here, such as a machine."""

    user: TokenUser
    same_device: bool | None


def whoami(*, target: Target, as_json: AsJson = False) -> None:
    """Show who is logged in, with which roles, and until when.

    Example: payerworks whoami --profile prod
    """
    with session(target, as_json=as_json) as (terminal, api):
        answer = api.ask("GET", PATH)
        verdict, until = answer.parse(SessionVerdict), session_end(api)
        user = verdict.user
        told = answer.json() | {"api_url": api.deployment.api_url, "expires_at": until}
        terminal.json(told)
        terminal.line(user.email or user.user_id, style="bold")
        terminal.pairs(
            [
                ("user", user.user_id),
                ("type", user.user_type),
                ("roles", ", ".join(user.roles) or "–"),
                ("reference id", user.metadata.reference_id or "–"),
                ("deployment", api.deployment.api_url),
                ("until", second(until) if until else "–"),
                *([("device", "another than the one that logged in")] if verdict.same_device is False else []),
            ]
        )


def session_end(api: Api) -> str | None:
    """When the session ends; None if a machine or another issuer's user has none."""
    answer = api.ask("GET", "/auth/sessions", expect=(200, 403))
    items = answer.member("items") if answer.status == 200 else []
    return next((str(entry["expires_at"]) for entry in items if entry.get("current")), None)
