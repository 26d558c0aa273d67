"""POST /auth/logout-everywhere: end all sessions of the caller, this one too.

With `X-Session: cookie` the browser's cookie is cleared too.
"""

from auth.sessions import session_cookie
from auth.sessions.own_sessions import end_own
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(409,), headers=("X-Session",))
def handler(request: Request) -> Answer:
    by_cookie = session_cookie.is_by_cookie(request)
    end_own(request, set)
    return session_cookie.logout_answer(by_cookie=by_cookie)
