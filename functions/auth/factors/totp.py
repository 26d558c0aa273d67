"""Time-based one-time passwords (TOTP, RFC 6238): SHA-1, six digits, 30 seconds, as all authenticator apps have it."""

import base64
import hmac
import secrets
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30
DIGITS = 6
TOLERATED_STEPS = 1
"""Steps before and after the present one whose codes are accepted (RFC 6238, section 5.2)."""
SECRET_BYTES = 20
"""The length that RFC 4226 recommends (section 4, R6)."""
ISSUER = "Payerworks"


def new_secret() -> str:
    """A new random secret in base32, as authenticator apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def otpauth_url(secret: str, email: str) -> str:
    """The URL that authenticator apps read from a QR code (Key URI Format)."""
    return _totp(secret).get_provisioning_uri(email, ISSUER)


def accepted_step(secret: str, code: str, last_step: int) -> int | None:
    """The time step of a code, if it is a present one and later than the last step that was used."""
    present = int(time.time()) // STEP_SECONDS
    accepted = None
    for step in range(present - TOLERATED_STEPS, present + TOLERATED_STEPS + 1):
        expected = _totp(secret).generate(step * STEP_SECONDS)
        if hmac.compare_digest(expected, code.encode()) and step > last_step:
            accepted = step
    return accepted


def _totp(secret: str) -> "TOTP":
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - as HMAC it is not broken (RFC 6238, section 1.2)
