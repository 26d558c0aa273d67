"""Whether the caller's session comes from the device that logged in."""

from auth.sessions.devices import device_of
from auth.sessions.payload import payload
from auth.sessions.session import Session
from auth.sessions.session_repository import get_session
from auth.users.caller import WITHOUT_LOGIN, Caller
from auth.users.rights import UserType
from payerworks import json_text
from payerworks.errors import Unauthorized
from payerworks.http import Answer, Request


def session_verdict(request: Request) -> Answer:
    """200 with the caller's user and the comparison (models.SessionVerdict). Raises Unauthorized if it has ended."""
    device = device_of(request)
    if request.session_id.startswith(WITHOUT_LOGIN):
        return _verdict(_caller(request), None)
    session = get_session(request.tenant, request.user_id, request.session_id)
    if session is None:
        raise Unauthorized("The session has ended.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    same = (session.device, session.user_agent_hash) == (device.client_hash, device.user_agent_hash)
    return _verdict(session, same)


def _verdict(holder: Caller | Session, same_device: bool | None) -> Answer:
    return Answer(200, json_text.write({"valid": True, "user": payload(holder), "same_device": same_device}))


def _caller(request: Request) -> Caller:
    """The caller as the authorizer found it a moment ago."""
    user_type: UserType = request.user_type  # type: ignore[assignment]  # the authorizer's own
    reference_id, session_id = request.reference_id, request.session_id
    return Caller(request.tenant, request.user_id, user_type, request.roles, reference_id, session_id)
