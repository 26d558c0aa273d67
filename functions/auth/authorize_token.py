"""Token authorizer of the API: identifies the caller and lists the routes that the caller may call."""

from collections.abc import Sequence
from typing import Any, Literal

from auth.sessions.callers import caller_of
from auth.sessions.enrolment import ENROLMENT_ROUTES
from auth.tokens.access_token import InvalidToken
from auth.users.caller import Caller
from auth.users.rights import rights_of
from payerworks.log import log_call
from payerworks.times import begin_invocation


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An IAM policy for a token, with the caller and its rights for the operation (API Gateway, TOKEN authorizer).

    API Gateway has one fixed answer for each of two cases, and each operation checks the caller's rights by itself:
    without a bearer token, this raises an Exception with the text "Unauthorized", as API Gateway does by itself where
    there is no Authorization header (gateway response UNAUTHORIZED); for an invalid token, the policy denies
    everything (ACCESS_DENIED, also a 401).
    """
    begin_invocation(context)
    token = _bearer_token(event)
    if not token:
        log_call("no token")
        raise Exception("Unauthorized")  # noqa: TRY002 - API Gateway compares this text
    try:
        caller = caller_of(token)
    except InvalidToken as error:
        log_call("token refused", reason=str(error))
        return _verdict(event, "Deny", "unknown", {})
    log_call("token accepted", user_id=caller.user_id)
    members = {
        "tenant": caller.tenant,
        "user_id": caller.user_id,
        "user_type": caller.user_type,
        "roles": ",".join(caller.roles),
        "reference_id": caller.reference_id,
        "session_id": caller.session_id,
        "rights": ",".join(_rights(caller)),
    }
    return _verdict(event, "Allow", caller.user_id, members)


def _rights(caller: Caller) -> Sequence[str]:
    if caller.must_enrol:
        return ENROLMENT_ROUTES
    return rights_of(caller.user_type, caller.roles, caller.validation_status)


def _bearer_token(event: dict[str, Any]) -> str:
    """The token in the Authorization header (RFC 6750, section 2.1); empty if there is none."""
    scheme, _, token = str(event.get("authorizationToken")).partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _verdict(
    event: dict[str, Any], effect: Literal["Allow", "Deny"], principal: str, members: dict[str, str]
) -> dict[str, Any]:
    # Of all routes, because the gateway may cache the verdict for all requests with this token.
    api, stage, _ = event["methodArn"].split("/", 2)
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": f"{api}/{stage}/*"}
    return {
        "principalId": principal,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": members,
    }
