"""POST /auth/logout: end the caller's session, with its refresh token and all its access tokens."""

from auth.sessions.own_sessions import end_own
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(409,))
def handler(request: Request) -> Answer:
    end_own(request, lambda sessions: {request.session_id} & sessions.keys())
    return Answer(204)
