"""GET /auth/sessions: the caller's sessions, the latest login first."""

from auth.sessions.own_sessions import session_list
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "auth.sessions.models.SessionList"})
def handler(request: Request) -> Answer:
    return session_list(request, request.user_id)
