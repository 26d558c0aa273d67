"""Make the user of a POST. Its id follows from the call's seed, so a repeat finds what an earlier try made."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence

from auth.users.models import PersonType
from auth.users.passwords import hash_password
from auth.users.repository import User
from payerworks.json_text import Json
from payerworks.secret import accepted_secrets, signing_secret


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
    return _hashed(value, signing_secret()) if _has_password(value) else value


def accepted_without_password(value: Json) -> Iterator[Json]:
    """The body as `without_password` may have made it before a rotation of the signing secret."""
    if _has_password(value):
        yield from (_hashed(value, secret) for secret in accepted_secrets())


def _has_password(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("password"), str)


def _hashed(value: Json, secret: str) -> Json:
    digest = hmac.digest(secret.encode(), b"password\n" + value["password"].encode(), hashlib.sha256)
    return value | {"password": digest.hex()}
