"""DELETE /users/{id}/sessions/{session_id}: end one of a user's sessions."""

from auth.sessions.session_repository import end_sessions
from auth.users.user_answer import user_in_path
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(404,))
def handler(request: Request) -> Answer:
    user = user_in_path(request)
    session_id = request.path("session_id")
    if session_id not in user.sessions:
        raise NotFound("There is no session with this id.")
    end_sessions(user, [session_id])
    return Answer(204)
