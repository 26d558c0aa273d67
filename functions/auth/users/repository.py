"""Table `auth`: users and the uniqueness of their e-mails, sessions, keys of tokens, and counts of attempts.

pk                    sk
EMAIL#{email}         EMAIL                 tenant, user_id: the user with this e-mail. The only key without a tenant,
                                            as a login names none: an e-mail is unique in the whole stack
EMAIL#{email}         DEVICE#{device}       a device on which this user logged in before; expires (time to live)
{tenant}#{user_id}    USER                  email, user_type, roles, reference_id, password_hash, active, created_at,
                                            `sessions` (a map: id → end, seconds since 1970, at most MAX_SESSIONS), and
                                            `access_version`, which rises with each change that ends logins under way
{tenant}#{user_id}    SESSION#{session_id}  a login and the tokens that follow from it (sessions/session_repository.py)
{tenant}#CLIENTS      CLIENT#{client_id}    a machine (clients/repository.py)
KEYS                  KEYS                  the keys that sign tokens (tokens/key_list.py)
LIMIT#{rule}#{hash}   LIMIT                 counted attempts (limits/attempts.py)

Access patterns
    a login                     BatchGetItem EMAIL and DEVICE, then GetItem USER
    a new user                  one transaction: EMAIL and USER, both on condition that they do not exist
    a call of the API           GetItem SESSION
    a session begins or ends    one transaction: SESSION, and the map of USER
    a user changes              one transaction: USER, and all of the user's sessions
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auth.users.rights import UserType
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, Part, Table, transact
from payerworks.times import now

_TABLE = Table("auth")
_UNKNOWN_USER = {"tenant": {"S": "-"}, "user_id": {"S": "-"}}


class EmailTaken(Exception):
    """A user with this e-mail exists; nothing was written."""


@dataclass(frozen=True, slots=True)
class User:
    """A stored user; `email` in lower case. `sessions` maps the ids of sessions to their ends (seconds since 1970)."""

    tenant: str
    user_id: str
    email: str
    user_type: UserType
    password_hash: str = field(repr=False)
    roles: Sequence[str] = ()
    reference_id: str = ""
    active: bool = True
    access_version: int = 1
    sessions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Login:
    """What a login finds: the user with its e-mail, if there is one, and whether the device is known to that user."""

    user: User | None
    is_known_device: bool


def find_login(email: str, device: str) -> Login:
    """The user with an e-mail (lower case), and whether a login from a device (its hash, or empty) succeeded before.

    It reads as much for an unknown e-mail, so that response times do not reveal which e-mails exist.
    """
    keys = [_email_key(email, "EMAIL"), _email_key(email, f"DEVICE#{device or '-'}")]
    found = {item["sk"]["S"]: item for item in read_all(_TABLE, keys)}
    owner = found.pop("EMAIL", _UNKNOWN_USER)
    user = get_user(owner["tenant"]["S"], owner["user_id"]["S"])
    return Login(user, any(int(known["expires"]["N"]) > time.time() for known in found.values()))


def find_user(email: str) -> User | None:
    """The user with an e-mail (lower case); None if there is none."""
    return find_login(email, "").user


def get_user(tenant: str, user_id: str) -> User | None:
    """A user by id; None if there is none."""
    item = _TABLE.get(user_key(tenant, user_id))
    if item is not None and "access_version" not in item:
        item = _completed(user_key(tenant, user_id))
    return _user(tenant, user_id, item) if item else None


def _completed(key: Item) -> Item | None:
    """A user stored before there were roles and a map of sessions, with both."""
    values: Item = {":one": {"N": "1"}, ":none": {"M": {}}, ":no": {"L": []}, ":text": {"S": ""}}
    change = "SET access_version = :one, sessions = :none, #roles = :no, reference_id = :text"
    names = {"#roles": "roles"}
    _TABLE.update_if("attribute_not_exists(access_version)", key, change, values, ExpressionAttributeNames=names)
    return _TABLE.get(key)


def _user(tenant: str, user_id: str, item: Item) -> User:
    return User(
        tenant=tenant,
        user_id=user_id,
        email=item["email"]["S"],
        user_type=item["user_type"]["S"],
        password_hash=item["password_hash"]["S"],
        roles=tuple(role["S"] for role in item["roles"]["L"]),
        reference_id=item["reference_id"]["S"],
        active=item["active"]["BOOL"],
        access_version=int(item["access_version"]["N"]),
        sessions={name: int(end["N"]) for name, end in item["sessions"]["M"].items()},
    )


def add_user(user: User) -> None:
    """Store a new user and its e-mail, both or neither. Raises EmailTaken."""
    try:
        transact(new_user_parts(user))
    except ConditionFailed:
        raise EmailTaken from None


def new_user_parts(user: User) -> list[Part]:
    """The parts of a transaction that stores a new user; the first fails if its e-mail is taken."""
    email = _email_key(user.email, "EMAIL") | {"tenant": {"S": user.tenant}, "user_id": {"S": user.user_id}}
    account = user_key(user.tenant, user.user_id) | {
        "email": {"S": user.email},
        "user_type": {"S": user.user_type},
        "roles": {"L": [{"S": role} for role in user.roles]},
        "reference_id": {"S": user.reference_id},
        "password_hash": {"S": user.password_hash},
        "active": {"BOOL": user.active},
        "access_version": {"N": "1"},
        "sessions": {"M": {}},
        "created_at": {"S": now()},
    }
    return [_TABLE.put_part(item, "attribute_not_exists(pk)") for item in (email, account)]


def known_device_part(email: str, device: str, expires: int) -> Part:
    """Remember a device of the user with an e-mail, as a part of a transaction."""
    return _TABLE.put_part(_email_key(email, f"DEVICE#{device}") | {"expires": {"N": str(expires)}})


def user_key(tenant: str, user_id: str, sk: str = "USER") -> Item:
    """The key of a user's item."""
    return {"pk": {"S": f"{tenant}#{user_id}"}, "sk": {"S": sk}}


def _email_key(email: str, sk: str) -> Item:
    return {"pk": {"S": f"EMAIL#{email}"}, "sk": {"S": sk}}
