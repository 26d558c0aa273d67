"""The links of the table `auth` (users/repository.py has its keys): whoever has the token of one may set a password.

pk `LINK#{SHA-256 of the token}`, sk `LINK`: tenant, user_id, password_set_at, expires (time to live; seconds since
1970). A link is void once its user has another password than when it was made: with one used, all are.
"""

import hashlib
import re
import secrets
import time
from dataclasses import dataclass

from auth.users.repository import User
from payerworks.dynamodb import Item, Part, Table

_TABLE = Table("auth")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")

RESET_SECONDS = 30 * 60
INVITATION_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Link:
    """A stored link; `password_set_at` is the user's of when it was made."""

    tenant: str
    user_id: str
    password_set_at: str


def new_token() -> str:
    """256 random bits in base64url."""
    return secrets.token_urlsafe(32)


def add_link(user: User, token: str, seconds: int) -> int:
    """Store a link that a user can use within some seconds; its end, in seconds since 1970."""
    expires = int(time.time()) + seconds
    members: Item = {
        "tenant": {"S": user.tenant},
        "user_id": {"S": user.user_id},
        "password_set_at": {"S": user.password_set_at},
        "expires": {"N": str(expires)},
    }
    _TABLE.put(_key(token) | members)
    return expires


def find_link(token: str) -> Link | None:
    """The link with a token; None if there is none, or it has expired."""
    item = _TABLE.get(_key(token)) if _TOKEN.fullmatch(token) else None
    # DynamoDB removes what has expired within days, not at once.
    if item is None or int(item["expires"]["N"]) <= time.time():
        return None
    return Link(item["tenant"]["S"], item["user_id"]["S"], item["password_set_at"]["S"])


def use_part(token: str) -> Part:
    """A part of a transaction that uses a link up; it fails if the link was used before."""
    return _TABLE.delete_part(_key(token), "attribute_exists(pk)")


def _key(token: str) -> Item:
    # A random token needs no salt.
    return {"pk": {"S": f"LINK#{hashlib.sha256(token.encode()).hexdigest()}"}, "sk": {"S": "LINK"}}
