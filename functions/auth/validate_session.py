"""POST /auth/session/validate: the caller's user, and whether the call comes from the device that logged in.

The device is the user agent with the client's id (headers User-Agent and X-Client-Id). A token that is not valid, or
whose session has ended, is 401 as everywhere.
"""

from auth.sessions.verdict import session_verdict
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "auth.sessions.models.SessionVerdict"}, errors=(401,), headers=("X-Client-Id",))
def handler(request: Request) -> Answer:
    return session_verdict(request)
