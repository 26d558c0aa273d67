"""POST /auth/verify-token: whether an access token of the caller's tenant is valid, and whom it is for."""

from auth.sessions.callers import caller_of
from auth.sessions.models import TokenToVerify
from auth.sessions.payload import payload
from auth.tokens.access_token import InvalidToken
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import checked


@http_operation(
    body="auth.sessions.models.TokenToVerify",
    answers={200: "auth.sessions.models.TokenVerdict"},
    errors=(413, 415),
)
def handler(request: Request) -> Answer:
    token = checked(TokenToVerify, json_text.read(request.body()), "The request is not valid.").token
    try:
        caller = caller_of(token)
    except InvalidToken as error:
        return _invalid(str(error))
    if caller.tenant != request.tenant:
        return _invalid("another tenant")
    if caller.must_enrol:
        # Whoever asks would let the holder in by the password alone.
        return _invalid("second factor missing")
    return Answer(200, json_text.write({"valid": True, "payload": payload(caller)}))


def _invalid(reason: str) -> Answer:
    return Answer(200, json_text.write({"valid": False, "payload": None}), log={"reason": reason})
