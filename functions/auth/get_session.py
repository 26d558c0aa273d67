"""GET /auth/session/validate: the same as by POST.

The answer has the caller's user, and whether the call comes from the device that logged in.
"""

from auth.sessions.verdict import session_verdict
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "auth.sessions.models.SessionVerdict"}, errors=(401,), headers=("X-Client-Id",))
def handler(request: Request) -> Answer:
    return session_verdict(request)
