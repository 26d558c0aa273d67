"""Token authorizer of the API: identifies the caller and lists the routes that the caller may call."""

from typing import Any

from auth.tokens.access_token import InvalidToken, verify_token
from auth.users.rights import allowed_resources
from payerworks.log import log_call


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An IAM policy for a token, with the caller as context for the operation (API Gateway, TOKEN authorizer).

    Raises an Exception with the text "Unauthorized", which API Gateway answers with 401.
    """
    try:
        caller = verify_token(_bearer_token(event))
    except InvalidToken as error:
        log_call("token refused", reason=str(error))
        raise Exception("Unauthorized") from None  # noqa: TRY002 - API Gateway compares this text
    log_call("token accepted", user_id=caller.user_id)
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": allowed_resources(caller.user_type, event["methodArn"]),
    }
    return {
        "principalId": caller.user_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"tenant": caller.tenant, "user_id": caller.user_id, "user_type": caller.user_type},
    }


def _bearer_token(event: dict[str, Any]) -> str:
    """The token in the Authorization header (RFC 6750, section 2.1). Raises InvalidToken for another scheme."""
    scheme, _, token = str(event.get("authorizationToken")).partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidToken("no bearer token")
    return token.strip()
