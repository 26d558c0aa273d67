"""The caller's own sessions: their list, and their end."""

from collections.abc import Callable, Collection, Mapping

from auth.sessions import session_repository
from auth.users import repository
from auth.users.caller import OF_ISSUER
from payerworks import json_text
from payerworks.errors import Conflict
from payerworks.http import Answer, Request
from payerworks.paging import list_answer
from payerworks.times import iso_seconds


def end_own(request: Request, choose: Callable[[Mapping[str, int]], Collection[str]]) -> int:
    """End the sessions of the caller that `choose` takes from the map of all; their number.

    Raises Conflict for another issuer's user, whose session only that issuer can end.
    """
    if request.session_id.startswith(OF_ISSUER):
        raise Conflict("This session was not begun here; end it where you logged in.")
    user = repository.get_user(request.tenant, request.user_id)
    if user is None:
        return 0
    chosen = choose(user.sessions)
    session_repository.end_sessions(user, chosen)
    return len(chosen)


def session_list(request: Request, user_id: str) -> Answer:
    """The sessions of a user of the caller's tenant (models.SessionList)."""
    sessions = session_repository.list_sessions(request.tenant, user_id)
    entries = [
        {
            "id": session.session_id,
            "device": session.device_name,
            "address": session.address,
            "created_at": session.created_at,
            "last_used_at": session.last_used_at,
            "expires_at": iso_seconds(session.expires),
            "current": session.session_id == request.session_id,
        }
        for session in sessions
    ]
    return list_answer(request, [json_text.write(entry) for entry in entries], None)
