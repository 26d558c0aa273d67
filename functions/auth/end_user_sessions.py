"""DELETE /users/{id}/sessions: end all sessions of a user."""

from auth.sessions.session_repository import end_sessions
from auth.users.user_answer import user_in_path
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(404,))
def handler(request: Request) -> Answer:
    user = user_in_path(request)
    end_sessions(user, user.sessions)
    return Answer(204)
