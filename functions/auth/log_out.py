"""POST /auth/logout: end the caller's session, with its refresh token and all its access tokens.

With `X-Session: cookie` the browser's cookie is cleared too.
"""

from auth.sessions import session_cookie
from auth.sessions.own_sessions import end_own
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(409,), headers=("X-Session",))
def handler(request: Request) -> Answer:
    by_cookie = session_cookie.is_by_cookie(request)
    end_own(request, lambda sessions: {request.session_id} & sessions.keys())
    return session_cookie.logout_answer(by_cookie=by_cookie)
