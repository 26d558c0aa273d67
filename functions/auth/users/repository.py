"""Table `auth`: users, the uniqueness of their e-mails, and their sessions.

pk                    sk
EMAIL#{email}         EMAIL                 tenant, user_id: the user with this e-mail. The only key without a tenant,
                                            as a login names none: an e-mail is unique in the whole stack
{tenant}#{user_id}    USER                  email, user_type, password_hash, active, created_at
{tenant}#{user_id}    SESSION#{session_id}  a login and its refresh tokens: refresh_hash (of the one that is currently
                                            valid), created_at, expires (time to live)

Access patterns
    a login                     GetItem EMAIL, then GetItem USER
    a new user                  one transaction: EMAIL and USER, both on condition that they do not exist
    a session, all of a user's  GetItem SESSION, Query SESSION#
"""

from dataclasses import dataclass

from auth.users.rights import UserType
from payerworks.dynamodb import ConditionFailed, Item, Table, transact
from payerworks.times import now

_TABLE = Table("auth")
_UNKNOWN_USER = {"tenant": {"S": "-"}, "user_id": {"S": "-"}}


class EmailTaken(Exception):
    """A user with this e-mail exists; nothing was written."""


@dataclass(frozen=True, slots=True)
class User:
    """A stored user; `email` in lower case."""

    tenant: str
    user_id: str
    email: str
    user_type: UserType
    password_hash: str
    active: bool = True


def find_user(email: str) -> User | None:
    """The user with an e-mail (lower case); None if there is none."""
    owner = _TABLE.get({"pk": {"S": f"EMAIL#{email}"}, "sk": {"S": "EMAIL"}})
    # Read for unknown e-mails too, so that response times do not reveal which e-mails exist.
    tenant, user_id = ((owner or _UNKNOWN_USER)[name]["S"] for name in ("tenant", "user_id"))
    item = _TABLE.get(_user_key(tenant, user_id, "USER"))
    if item is None:
        return None
    return User(
        tenant=tenant,
        user_id=user_id,
        email=item["email"]["S"],
        user_type=item["user_type"]["S"],
        password_hash=item["password_hash"]["S"],
        active=item["active"]["BOOL"],
    )


def add_user(user: User) -> None:
    """Store a new user and its e-mail, both or neither. Raises EmailTaken."""
    email = {
        "pk": {"S": f"EMAIL#{user.email}"},
        "sk": {"S": "EMAIL"},
        "tenant": {"S": user.tenant},
        "user_id": {"S": user.user_id},
    }
    account = _user_key(user.tenant, user.user_id, "USER") | {
        "email": {"S": user.email},
        "user_type": {"S": user.user_type},
        "password_hash": {"S": user.password_hash},
        "active": {"BOOL": user.active},
        "created_at": {"S": now()},
    }
    try:
        transact([_TABLE.put_part(item, "attribute_not_exists(pk)") for item in (email, account)])
    except ConditionFailed:
        raise EmailTaken from None


def add_session(user: User, session_id: str, refresh_hash: str, expires: int) -> None:
    """Store a session; `expires` in seconds since 1970."""
    item = _user_key(user.tenant, user.user_id, f"SESSION#{session_id}") | {
        "refresh_hash": {"S": refresh_hash},
        "created_at": {"S": now()},
        "expires": {"N": str(expires)},
    }
    _TABLE.put(item)


def _user_key(tenant: str, user_id: str, sk: str) -> Item:
    return {"pk": {"S": f"{tenant}#{user_id}"}, "sk": {"S": sk}}
