"""Passkeys as they are stored, without an authenticator."""

from auth.passkeys import challenges, passkey_repository
from auth.passkeys.passkey_repository import Passkey
from auth.users.repository import User
from tests.unit.auth.conftest import stored


def stored_passkey(user: User, name: str) -> Passkey:
    """A new passkey of a user, whose public key is none, added by the first session if there is one."""
    at = f"2026-01-01T00:00:00.000+00:00 {name}"
    passkey = Passkey(passkey_repository.passkey_id_of(name.encode()), name, b"credential", 1, at, at)
    use = challenges.use_part(challenges.new_challenge("registration", user.tenant, user.user_id))
    before = stored(user)
    passkey_repository.add_passkey(before, passkey, use, next(iter(before.sessions), ""))
    return passkey
