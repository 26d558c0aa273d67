"""POST /auth/logout-everywhere: end all sessions of the caller, this one too."""

from auth.sessions.own_sessions import end_own
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(409,))
def handler(request: Request) -> Answer:
    end_own(request, set)
    return Answer(204)
