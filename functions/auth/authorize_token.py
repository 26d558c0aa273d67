"""Authorizer of the API: whom a bearer token speaks for, and what that user may call."""

from typing import Any

from auth.tokens.access_token import InvalidToken, verified
from auth.users.rights import resources
from payerworks.log import log_call


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An IAM policy for a token, with the caller as context for the operation (API Gateway, TOKEN authorizer).

    Raises an Exception of just "Unauthorized", which API Gateway answers with 401.
    """
    try:
        caller = verified(_bearer_token(event))
    except InvalidToken as error:
        log_call("token refused", reason=str(error))
        raise Exception("Unauthorized") from None  # noqa: TRY002 - API Gateway looks for this text alone
    log_call("token accepted", user_id=caller.user_id)
    return {
        "principalId": caller.user_id,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "execute-api:Invoke",
                    "Resource": resources(caller.user_type, event["methodArn"]),
                }
            ],
        },
        "context": {"tenant": caller.tenant, "user_id": caller.user_id, "user_type": caller.user_type},
    }


def _bearer_token(event: dict[str, Any]) -> str:
    """The token of an Authorization header (RFC 6750, section 2.1)."""
    scheme, _, token = str(event.get("authorizationToken")).partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidToken("no bearer token")
    return token.strip()
