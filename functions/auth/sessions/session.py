"""A session as it is stored: the item SESSION of the table `auth`."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from auth.users.repository import user_key
from auth.users.rights import UserType
from payerworks.dynamodb import Item

GRACE_SECONDS = 10
"""For how long a used refresh token gets its answer again: the answer may have been lost."""

_TEXTS = (
    "email",
    "user_type",
    "reference_id",
    "refresh_hash",
    "device",
    "user_agent_hash",
    "device_name",
    "address",
    "created_at",
    "last_used_at",
)


@dataclass(frozen=True, slots=True)
class Session:
    """A stored session; times in seconds since 1970, but for the texts `created_at` and `last_used_at`.

    refresh_hash     of the refresh token that is valid
    previous_hash    of the one before, which was used at `rotated_at`
    sealed_answer    what that use answered, sealed by that token (sealing.py)
    user_agent_hash  of the header User-Agent at the login; `device` is the hash of the header X-Client-Id, or empty
    device_name      the user agent in a few words, for lists
    has_factor       whether it showed a second factor of its user: at the login, or by adding one (enrolment.py)

    `validation_status` is a patient's, as the user has it; empty for others, and for a patient who is pending.
    """

    tenant: str
    user_id: str
    session_id: str
    email: str
    user_type: UserType
    roles: Sequence[str]
    reference_id: str
    expires: int
    refresh_hash: str
    device: str
    user_agent_hash: str
    device_name: str
    address: str
    created_at: str
    last_used_at: str
    previous_hash: str = ""
    sealed_answer: str = ""
    rotated_at: int = 0
    has_factor: bool = False
    validation_status: str = ""

    def is_repeat(self, refresh_hash: str) -> bool:
        """Whether the token with this hash was the last one used, a moment ago."""
        return self.previous_hash == refresh_hash and time.time() - self.rotated_at <= GRACE_SECONDS


def living_session(item: Item | None) -> Session | None:
    # DynamoDB removes what has ended within days, not at once. A session without an e-mail is of before this file.
    if item is None or int(item["expires"]["N"]) <= time.time() or "email" not in item:
        return None
    tenant, _, user_id = item["pk"]["S"].partition("#")
    members: dict[str, Any] = {name: item[name]["S"] for name in _TEXTS}
    return Session(
        tenant=tenant,
        user_id=user_id,
        session_id=item["sk"]["S"].removeprefix("SESSION#"),
        roles=tuple(role["S"] for role in item["roles"]["L"]),
        expires=int(item["expires"]["N"]),
        previous_hash=item.get("previous_hash", {"S": ""})["S"],
        sealed_answer=item.get("sealed_answer", {"S": ""})["S"],
        rotated_at=int(item.get("rotated_at", {"N": "0"})["N"]),
        has_factor=item.get("has_factor", {"BOOL": False})["BOOL"],
        validation_status=item.get("validation_status", {"S": ""})["S"],
        **members,
    )


def session_item(session: Session) -> Item:
    return (
        session_key(session.tenant, session.user_id, session.session_id)
        | {name: {"S": getattr(session, name)} for name in _TEXTS}
        | {"roles": {"L": [{"S": role} for role in session.roles]}, "expires": {"N": str(session.expires)}}
        | {"has_factor": {"BOOL": session.has_factor}, "validation_status": {"S": session.validation_status}}
    )


def session_key(tenant: str, user_id: str, session_id: str) -> Item:
    return user_key(tenant, user_id, f"SESSION#{session_id}")
