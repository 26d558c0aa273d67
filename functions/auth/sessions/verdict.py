"""Whether the caller's session comes from the device that logged in."""

from auth.sessions.devices import device_of
from auth.sessions.payload import payload
from auth.sessions.session_repository import get_session
from payerworks import json_text
from payerworks.errors import Unauthorized
from payerworks.http import Answer, Request


def session_verdict(request: Request) -> Answer:
    """200 with the caller's user and the comparison (models.SessionVerdict). Raises Unauthorized if it has ended."""
    device = device_of(request)
    session = get_session(request.tenant, request.user_id, request.session_id)
    if session is None:
        raise Unauthorized("The session has ended.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    same = (session.device, session.user_agent_hash) == (device.client_hash, device.user_agent_hash)
    return Answer(200, json_text.write({"valid": True, "user": payload(session), "same_device": same}))
