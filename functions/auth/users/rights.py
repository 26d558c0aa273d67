"""The rights of each user type: the only such table. Routes that need no token say so in `template.yaml`.

A right is a method and a path of the API, where `*` matches any text, including slashes. Each operation itself decides
whose data a caller may see: data of others is answered as if it did not exist.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

UserType = Literal["patient", "doctor", "institution", "admin"]

_READ_PLANS = ("GET /v1/plan", "GET /v1/plan/*")

RIGHTS: Mapping[UserType, Sequence[str]] = {
    "patient": _READ_PLANS,
    "doctor": _READ_PLANS,
    "institution": (*_READ_PLANS, "POST /claims"),
    "admin": ("* /*",),
}


def allowed_resources(user_type: UserType, method_arn: str) -> list[str]:
    """The rights of a user type as resources of an IAM policy, for the API and stage of a method's ARN.

    `arn:aws:execute-api:us-east-1:1:api/stage/GET/v1/plan` and `GET /v1/plan/*` give `…:api/stage/GET/v1/plan/*`. The
    result does not depend on the request's path: the gateway may cache the policy for all requests with this token.
    """
    api, stage, _ = method_arn.split("/", 2)
    return [f"{api}/{stage}/{right.replace(' ', '')}" for right in RIGHTS[user_type]]
