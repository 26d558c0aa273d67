"""WebAuthn (W3C, level 2, sections 7.1 and 7.2) by Yubico's fido2.

Passkeys are discoverable, so that a login names no user, and verify the user (by a PIN, a finger, a face), so that they
are two factors in one. Attestation is neither asked for nor looked at: any authenticator will do.
"""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from auth.passkeys.models import Assertion, NewCredential
from auth.passkeys.passkey_repository import Passkey
from auth.users.repository import User
from payerworks.settings import settings

RP_NAME = "Payerworks"
_MALFORMED = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
    RecursionError,
    struct.error,
)
"""What fido2 raises for answers that are not valid, and for those that are not even WebAuthn."""


class Refused(Exception):
    """An answer that does not prove what it should."""


class Registered(NamedTuple):
    """A new credential: its id, its data with the public key, and its first count."""

    credential_id: bytes
    credential: bytes
    sign_count: int


def creation_options(user: User, passkeys: Sequence[Passkey], challenge: bytes) -> dict[str, Any]:
    """What a browser needs to make a passkey (CreationOptions as JSON), other than those that the user has."""
    from fido2.webauthn import AttestedCredentialData, PublicKeyCredentialUserEntity, ResidentKeyRequirement

    entity = PublicKeyCredentialUserEntity(id=user_handle(user), name=user.email, display_name=user.email)
    options, _ = _server().register_begin(
        entity,
        [AttestedCredentialData(passkey.credential) for passkey in passkeys],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_required(),
        challenge=challenge,
    )
    return dict(options)


def request_options(challenge: bytes) -> dict[str, Any]:
    """What a browser needs to log in with any passkey for this site (RequestOptions as JSON)."""
    options, _ = _server().authenticate_begin(user_verification=_required(), challenge=challenge)
    return dict(options)


def challenge_of(credential: NewCredential | Assertion) -> bytes:
    """The challenge that a browser answers. Raises Refused."""
    from fido2.utils import websafe_decode
    from fido2.webauthn import CollectedClientData

    with _refused():
        client_data = CollectedClientData(websafe_decode(credential.response.client_data))
        if client_data.cross_origin:
            raise ValueError("a page of another site")
        return bytes(client_data.challenge)


def credential_id(credential: Assertion) -> bytes:
    """The id of the credential that an answer names. Raises Refused."""
    from fido2.utils import websafe_decode

    with _refused():
        return bytes(websafe_decode(credential.raw_id))


def registered(credential: NewCredential, challenge: bytes) -> Registered:
    """The credential of an answer to `creation_options`. Raises Refused."""
    from cryptography.exceptions import InvalidSignature
    from fido2.cose import CoseKey

    server = _server()
    with _refused():
        _, state = server.authenticate_begin(user_verification=_required(), challenge=challenge)
        data = server.register_complete(state, credential.model_dump(by_alias=True))
        new = data.credential_data
        if new.public_key.ALGORITHM not in CoseKey.supported_algorithms():
            raise ValueError("an unknown algorithm")
        # fido2 looks at the key when it verifies a signature, which would be at the first login.
        with suppress(InvalidSignature):
            new.public_key.verify(b"", b"")
        return Registered(bytes(new.credential_id), bytes(new), data.counter)


def proved(passkey: Passkey, user: User, credential: Assertion, challenge: bytes) -> int:
    """The new count of a passkey that signed an answer to `request_options`. Raises Refused."""
    from fido2.utils import websafe_decode
    from fido2.webauthn import AttestedCredentialData, AuthenticatorData

    server = _server()
    with _refused():
        _, state = server.authenticate_begin(user_verification=_required(), challenge=challenge)
        stored = AttestedCredentialData(passkey.credential)
        server.authenticate_complete(state, [stored], credential.model_dump(by_alias=True))
        if websafe_decode(credential.response.user_handle) != user_handle(user):
            raise ValueError("another user")
        return int(AuthenticatorData(websafe_decode(credential.response.authenticator_data)).counter)


def user_handle(user: User) -> bytes:
    """What an authenticator keeps of a user: nothing personal (WebAuthn, section 14.6.1)."""
    return hashlib.sha256(f"{user.tenant}#{user.user_id}".encode()).digest()


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except _MALFORMED:
        raise Refused from None


def _required() -> Any:
    from fido2.webauthn import UserVerificationRequirement

    return UserVerificationRequirement.REQUIRED


def _server() -> Any:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    rp = PublicKeyCredentialRpEntity(name=RP_NAME, id=settings().passkey_rp_id)
    return Fido2Server(rp, verify_origin=lambda origin: origin in settings().passkey_origins)
