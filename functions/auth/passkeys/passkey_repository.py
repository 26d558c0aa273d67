"""The passkeys of users in the table `auth`.

pk                    sk
{tenant}#{user_id}    PASSKEY#{id}   credential (what the authenticator registered: its id and public key; WebAuthn,
                                     section 6.5.1; in base64), sign_count, title, created_at, last_used_at
CREDENTIAL#{id}       CREDENTIAL     tenant, user_id: whose it is, as a login names no user

`id` is a hash of the credential's id, which may be too long for a key. Both items are written and deleted together.
"""

import base64
import hashlib
from dataclasses import dataclass

from auth.sessions.session_repository import WITH_FACTOR, WITHOUT_FACTOR, change_user
from auth.users.repository import User, user_key
from payerworks.dynamodb import Item, Part, Table
from payerworks.times import now

_TABLE = Table("auth")
MAX_PASSKEYS = 20
"""Passkeys of a user."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A stored passkey. `sign_count` rises with each use, or is always 0 (WebAuthn, section 6.1.1)."""

    passkey_id: str
    title: str
    credential: bytes
    sign_count: int
    created_at: str
    last_used_at: str


def passkey_id_of(credential_id: bytes) -> str:
    """The id of a passkey by the id that its authenticator gave it."""
    return hashlib.sha256(credential_id).hexdigest()


def list_passkeys(user: User) -> list[Passkey]:
    """All passkeys of a user, the oldest first."""
    values = {":pk": user_key(user.tenant, user.user_id)["pk"], ":prefix": {"S": "PASSKEY#"}}
    items = _TABLE.query("pk = :pk AND begins_with(sk, :prefix)", values, ConsistentRead=True)
    return sorted(map(_passkey, items), key=lambda passkey: passkey.created_at)


def find_owner(passkey_id: str) -> tuple[str, str] | None:
    """The tenant and the id of the user whose passkey it is."""
    item = _TABLE.get(_owner_key(passkey_id))
    return (item["tenant"]["S"], item["user_id"]["S"]) if item else None


def get_passkey(user: User, passkey_id: str) -> Passkey | None:
    """A passkey of a user; None if there is none."""
    item = _TABLE.get(_key(user, passkey_id))
    return _passkey(item) if item else None


def add_passkey(user: User, passkey: Passkey, use_of_challenge: Part, session_id: str) -> None:
    """Store a new passkey; the session that added it is no longer limited to the enrolment.

    Raises UserChanged, also if the passkey exists or the challenge was used.
    """
    owner = {"tenant": {"S": user.tenant}, "user_id": {"S": user.user_id}}
    parts = [
        _TABLE.put_part(_key(user, passkey.passkey_id) | _attributes(passkey)),
        _TABLE.put_part(_owner_key(passkey.passkey_id) | owner, "attribute_not_exists(pk)"),
        use_of_challenge,
    ]
    change_user(user, {}, of_sessions={session_id: WITH_FACTOR}, further=parts)


def remove_passkey(user: User, passkey_id: str, *, is_last_factor: bool) -> None:
    """Delete a passkey; after the last factor, the sessions count as those that showed none.

    Raises UserChanged, so that of two removals at once each sees what the other leaves.
    """
    shown_none = dict.fromkeys(user.sessions if is_last_factor else (), WITHOUT_FACTOR)
    change_user(user, {}, of_sessions=shown_none, further=_deletion(user, passkey_id))


def deletion_parts(user: User) -> list[Part]:
    """The deletion of all passkeys of a user, as parts of a transaction."""
    return [part for passkey in list_passkeys(user) for part in _deletion(user, passkey.passkey_id)]


def _deletion(user: User, passkey_id: str) -> list[Part]:
    return [_TABLE.delete_part(key) for key in (_key(user, passkey_id), _owner_key(passkey_id))]


def use_part(user: User, passkey: Passkey, sign_count: int) -> Part:
    """The use of a passkey, as a part of a transaction, which fails if its count is not above the last one.

    Authenticators that do not count always say 0.
    """
    condition = "sign_count < :count" if sign_count else "sign_count = :count"
    values = {":count": {"N": str(sign_count)}, ":now": {"S": now()}}
    key = _key(user, passkey.passkey_id)
    return _TABLE.update_part(key, "SET sign_count = :count, last_used_at = :now", values, condition)


def _passkey(item: Item) -> Passkey:
    return Passkey(
        passkey_id=item["sk"]["S"].removeprefix("PASSKEY#"),
        title=item["title"]["S"],
        credential=base64.b64decode(item["credential"]["S"]),
        sign_count=int(item["sign_count"]["N"]),
        created_at=item["created_at"]["S"],
        last_used_at=item["last_used_at"]["S"],
    )


def _attributes(passkey: Passkey) -> Item:
    return {
        "title": {"S": passkey.title},
        "credential": {"S": base64.b64encode(passkey.credential).decode()},
        "sign_count": {"N": str(passkey.sign_count)},
        "created_at": {"S": passkey.created_at},
        "last_used_at": {"S": passkey.last_used_at},
    }


def _key(user: User, passkey_id: str) -> Item:
    return user_key(user.tenant, user.user_id, f"PASSKEY#{passkey_id}")


def _owner_key(passkey_id: str) -> Item:
    return {"pk": {"S": f"CREDENTIAL#{passkey_id}"}, "sk": {"S": "CREDENTIAL"}}
