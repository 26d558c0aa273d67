"""Make the user of a POST. Its id follows from the call's seed, so a repeat finds what an earlier try made."""

import hashlib
import hmac
from collections.abc import Sequence

from auth.users.models import PersonType
from auth.users.passwords import hash_password
from auth.users.repository import User
from payerworks.json_text import Json
from payerworks.settings import settings


def new_user(
    tenant: str,
    seed: str,
    email: str,
    user_type: PersonType,
    password: str | None,
    roles: Sequence[str] = (),
    reference_id: str = "",
) -> User:
    """A user that is not stored yet; without a password, one that is invited."""
    return User(
        tenant,
        hashlib.blake2b(f"user\n{seed}".encode(), digest_size=16).hexdigest(),
        email,
        user_type,
        hash_password(password) if password else "",
        tuple(dict.fromkeys(roles)),
        reference_id,
    )


def without_password(value: Json) -> Json:
    """The body, with a keyed hash in place of the password: an idempotency marker must not help to guess it."""
    if not isinstance(value, dict) or not isinstance(value.get("password"), str):
        return value
    key = settings().signing_secret.encode()
    return value | {"password": hmac.digest(key, b"password\n" + value["password"].encode(), hashlib.sha256).hex()}
