"""Table `auth`: users and the uniqueness of their e-mails, sessions, keys of tokens, and counts of attempts.

pk                    sk
EMAIL#{email}         EMAIL                 tenant, user_id: the user with this e-mail. The only key without a tenant,
                                            as a login names none: an e-mail is unique in the whole stack
EMAIL#{email}         DEVICE#{device}       a device on which this user logged in before; expires (time to live)
{tenant}#{user_id}    USER                  email, user_type, roles, reference_id, password_hash (empty until an invited
                                            user chooses one), password_set_at (empty likewise), active, created_at,
                                            validation_status (of a patient who is not pending any more),
                                            active_before (while its person is deleted: whether it was active),
                                            user_list (`{tenant}#{user_type}`) and list_order (the email), which no
                                            other item has,
                                            `sessions` (a map: id → end, seconds since 1970, at most MOST_SESSIONS), and
                                            `access_version`, which rises with each change that ends logins under way;
                                            the second factor: otp_secret, otp_confirmed, otp_step, recovery_hashes
{tenant}#{user_id}    SESSION#{session_id}  a login and the tokens that follow from it (sessions/session.py)
{tenant}#{user_id}    PASSKEY#{id}          a passkey, with CREDENTIAL#{id} (passkeys/passkey_repository.py)
CHALLENGE#{hash}      CHALLENGE             a challenge of a passkey that was used (passkeys/challenges.py)
{tenant}#CLIENTS      CLIENT#{client_id}    a machine (clients/repository.py)
KEYS                  KEYS                  the keys that sign tokens (tokens/key_list.py)
LIMIT#{rule}#{hash}   LIMIT                 counted attempts (limits/attempts.py)
LINK#{hash}           LINK                  a link with which a user sets a password (links/link_repository.py)

index by_type: user_list, list_order: the users of a tenant (users/user_list.py)

Access patterns
    a login                     BatchGetItem EMAIL and DEVICE, then GetItem USER
    a new user                  one transaction: EMAIL and USER, both on condition that they do not exist
    a call of the API           GetItem SESSION
    a session begins or ends    one transaction: SESSION, and the map of USER
    a user changes              one transaction: USER, and all of the user's sessions
    a list of users             Query by_type, for one user type after the other
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
class Factor:
    """A user's second factor: TOTP with recovery codes. It is in force once it is confirmed.

    secret           of TOTP, as the authenticator app has it (base32). It must be readable to check a code, so nothing
                     can be gained by hashing it; the table is encrypted with the customer's key (DataKey). A key of its
                     own in KMS would cost a call for each login, and every function that reads USER here needs it.
    last_step        the time step of the last code that was accepted: no code of it or of an earlier one is taken again
    recovery_hashes  of the recovery codes that were not used
    """

    secret: str = field(repr=False)
    is_confirmed: bool
    last_step: int
    recovery_hashes: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class User:
    """A stored user; `email` in lower case. `sessions` maps the ids of sessions to their ends (seconds since 1970).

    `active_before` is of a user whose person is deleted: whether it was active before that; None for others.
    """

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
    created_at: str = ""
    password_set_at: str = ""
    factor: Factor | None = None
    validation_status: str = ""
    active_before: bool | None = None

    @property
    def is_invited(self) -> bool:
        """Whether the user has not chosen a password yet."""
        return not self.password_set_at


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
    if item is not None and "user_list" not in item:
        item = _completed(user_key(tenant, user_id), tenant, item)
    return user_of(item) if item else None


def _completed(key: Item, tenant: str, item: Item) -> Item | None:
    """A user stored before there were roles, a map of sessions and a list of users, with all of them."""
    added: Item = {
        "access_version": {"N": "1"},
        "sessions": {"M": {}},
        "roles": {"L": []},
        "reference_id": {"S": ""},
        "created_at": {"S": now()},
        "password_set_at": {"S": now()},
        "user_list": {"S": user_list_name(tenant, item["user_type"]["S"])},
        "list_order": item["email"],
    }
    change = ", ".join(f"#{name} = if_not_exists(#{name}, :{name})" for name in added)
    values: Item = {f":{name}": value for name, value in added.items()}
    names = {f"#{name}": name for name in added}
    unlisted = "attribute_not_exists(user_list)"
    _TABLE.update_if(unlisted, key, f"SET {change}", values, ExpressionAttributeNames=names)
    return _TABLE.get(key)


def user_of(item: Item) -> User:
    """A stored user; from an index it has neither password nor sessions."""
    tenant, _, user_id = item["pk"]["S"].partition("#")
    sessions = item.get("sessions", {"M": {}})["M"]
    return User(
        tenant=tenant,
        user_id=user_id,
        email=item["email"]["S"],
        user_type=item["user_type"]["S"],
        password_hash=item.get("password_hash", {"S": ""})["S"],
        roles=tuple(role["S"] for role in item["roles"]["L"]),
        reference_id=item["reference_id"]["S"],
        active=item["active"]["BOOL"],
        access_version=int(item.get("access_version", {"N": "0"})["N"]),
        sessions={name: int(end["N"]) for name, end in sessions.items()},
        created_at=item["created_at"]["S"],
        password_set_at=item["password_set_at"]["S"],
        factor=_factor(item),
        validation_status=item.get("validation_status", {"S": ""})["S"],
        active_before=item.get("active_before", {"BOOL": None})["BOOL"],
    )


def _factor(item: Item) -> Factor | None:
    if "otp_secret" not in item:
        return None
    # DynamoDB has no empty set: the attribute goes with the last recovery code.
    hashes = frozenset(item.get("recovery_hashes", {"SS": ()})["SS"])
    return Factor(item["otp_secret"]["S"], item["otp_confirmed"]["BOOL"], int(item["otp_step"]["N"]), hashes)


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
        "list_order": {"S": user.email},
        **type_changes(user.tenant, user.user_type),
        **role_changes(user.roles),
        "reference_id": {"S": user.reference_id},
        "password_hash": {"S": user.password_hash},
        "password_set_at": {"S": now() if user.password_hash else ""},
        "active": {"BOOL": user.active},
        "access_version": {"N": "1"},
        "sessions": {"M": {}},
        "created_at": {"S": now()},
    }
    return [_TABLE.put_part(item, "attribute_not_exists(pk)") for item in (email, account)]


def type_changes(tenant: str, user_type: UserType) -> Item:
    """The attributes of a user that say its type."""
    return {"user_type": {"S": user_type}, "user_list": {"S": user_list_name(tenant, user_type)}}


def role_changes(roles: Sequence[str]) -> Item:
    """The attribute of a user that has its roles."""
    return {"roles": {"L": [{"S": role} for role in roles]}}


def password_changes(new_hash: str) -> Item:
    """The attributes of a user that change with a new password; links made before are void (password_set_at)."""
    return {"password_hash": {"S": new_hash}, "password_set_at": {"S": now()}}


def user_list_name(tenant: str, user_type: str) -> str:
    """The name of the list of a tenant's users of one type."""
    return f"{tenant}#{user_type}"


def replace_hash(user: User, new_hash: str) -> None:
    """Replace the hash of a user's password by another hash of the same one, unless the password was changed."""
    key, values = user_key(user.tenant, user.user_id), {":old": {"S": user.password_hash}, ":new": {"S": new_hash}}
    is_done = lambda item: bool(item["password_hash"]["S"] == new_hash)  # noqa: E731
    _TABLE.update_if("password_hash = :old", key, "SET password_hash = :new", values, is_done=is_done)


def still_admin_part(admin: User) -> Part:
    """A part of a transaction that fails unless a user is an active administrator still; it changes nothing."""
    values: Item = {":true": {"BOOL": True}, ":admin": {"S": "admin"}}
    condition = "active = :true AND user_type = :admin"
    return _TABLE.update_part(user_key(admin.tenant, admin.user_id), "SET active = :true", values, condition)


def known_device_part(email: str, device: str, expires: int) -> Part:
    """Remember a device of the user with an e-mail, as a part of a transaction."""
    return _TABLE.put_part(_email_key(email, f"DEVICE#{device}") | {"expires": {"N": str(expires)}})


def user_key(tenant: str, user_id: str, sk: str = "USER") -> Item:
    """The key of a user's item."""
    return {"pk": {"S": f"{tenant}#{user_id}"}, "sk": {"S": sk}}


def _email_key(email: str, sk: str) -> Item:
    return {"pk": {"S": f"EMAIL#{email}"}, "sk": {"S": sk}}
