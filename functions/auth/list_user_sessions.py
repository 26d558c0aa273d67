"""GET /users/{id}/sessions: the sessions of a user, the latest login first."""

from auth.sessions.own_sessions import session_list
from auth.users.user_answer import user_in_path
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "auth.sessions.models.SessionList"}, errors=(404,))
def handler(request: Request) -> Answer:
    return session_list(request, user_in_path(request).user_id)
