"""The rights of each user type: the only such table. Routes that need no token say so in `template.yaml`.

A right is a method and a path of the API, where `*` matches any text, including slashes. The authorizer passes the
caller's rights on, and every operation checks them (payerworks/http.py). Each operation itself decides whose data a
caller may see: data of others is answered as if it did not exist.
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
