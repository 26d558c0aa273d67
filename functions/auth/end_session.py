"""DELETE /auth/sessions/{id}: end one of the caller's sessions."""

from auth.sessions.own_sessions import end_own
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(404, 409))
def handler(request: Request) -> Answer:
    if not end_own(request, lambda sessions: {request.path("id")} & sessions.keys()):
        raise NotFound("There is no session with this id.")
    return Answer(204)
