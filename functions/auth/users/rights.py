"""What each type of user may call: the one table of rights.

A right is a method and a path of the API, where `*` stands for any text, slashes too. Whose data a call may see is the
operation's own matter: it answers what belongs to others as if it did not exist.
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


def resources(user_type: UserType, method_arn: str) -> list[str]:
    """The rights of a user type as resources of an IAM policy, for the API and stage of a method's ARN.

    `arn:aws:execute-api:us-east-1:1:api/stage/GET/v1/plan` and `GET /v1/plan/*` make `….api/stage/GET/v1/plan/*`. They
    depend on no path of this one request, since the gateway may keep the policy for all requests with the same token.
    """
    api, stage, _ = method_arn.split("/", 2)
    return [f"{api}/{stage}/{right.replace(' ', '')}" for right in RIGHTS[user_type]]
