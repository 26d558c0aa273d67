"""Sessions of a browser: the refresh token is in a cookie, which no script can read.

A call asks for that with the header `X-Session: cookie`. Without the header a cookie does not count, so another site
cannot use it (OWASP, "Cross-Site Request Forgery Prevention", custom request headers): it would have to send a header
that our preflight allows to no origin (ops/answer_preflight.py), and browsers say where a call comes from.
"""

from payerworks import json_text
from payerworks.errors import BadInput, Forbidden
from payerworks.http import Answer, Request

_NAME = "payerworks_refresh"
# Without Path, the cookie belongs to the folder of the call (RFC 6265, section 5.1.4): `…/auth`, whatever stage or
# domain is before it. So only operations directly in that folder can set it or clear it.
_ATTRIBUTES = "HttpOnly; Secure; SameSite=Strict"
CLEARED = {"Set-Cookie": f"{_NAME}=; Max-Age=0; {_ATTRIBUTES}"}


def is_by_cookie(request: Request) -> bool:
    """Whether the call wants its refresh token in the cookie.

    Raises BadInput for another value of X-Session, and Forbidden for a call from a page of another origin.
    """
    kind = request.headers.get("x-session")
    if kind is None:
        return False
    if kind != "cookie":
        raise BadInput("X-Session must be `cookie`.")
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Forbidden("Only pages of this API's own origin may have a session by cookie.")
    return True


def token_of(request: Request) -> str:
    """The refresh token in the cookie; empty without one."""
    for pair in request.headers.get("cookie", "").split(";"):
        name, _, token = pair.strip().partition("=")
        if name == _NAME:
            return token
    return ""


def login_answer(pair: str, user_id: str, seconds: int, *, by_cookie: bool) -> Answer:
    """200 with a pair of tokens (JSON text of models.LoggedIn) of a session that lasts for so many seconds more."""
    headers = {}
    if by_cookie:
        members = json_text.read(pair)
        headers["Set-Cookie"] = f"{_NAME}={members.pop('refresh_token')}; Max-Age={seconds}; {_ATTRIBUTES}"
        pair = json_text.write(members)
    return Answer(200, pair, headers, log={"user_id": user_id})


def logout_answer(*, by_cookie: bool) -> Answer:
    """204 after the end of the caller's session."""
    return Answer(204, headers=dict(CLEARED) if by_cookie else {})
