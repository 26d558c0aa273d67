"""Words of users, sessions, tokens, factors and machines."""

from ops.description.words.people import DOCTOR_ID
from ops.description.words.word import Words

CLIENT_ID = "acme.0192f5c8a1b20123456789abcdef0123"
PASSKEY_ID = "6f1ed002ab5595859014ebf0951522d9c2e1f0a4b7d85c6e3f9a0b1c2d3e4f50"
SESSION_ID = "9f8e7d6c5b4a49388271605f4e3d2c1b"
_TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1LTEifQ.MEUCIQDx"
_PASSWORD = "correct horse battery"
_BASE64URL = "AQID"
_ROLES = "What the user may do besides what the type allows; only staff and machines have roles."

ACCOUNTS: Words = {
    "email": ("The e-mail with which the user logs in; case does not matter.", "ada@example.com"),
    "Credentials.password": ("The user's password.", _PASSWORD),
    "Credentials.otp": ("A code of the second factor or a recovery code; only for a user who has a factor.", "123456"),
    "otp": ("The six digits that the authenticator app shows, or a recovery code.", "123456"),
    "user_type": ("What kind of user it is, which decides what the user may call.", "staff"),
    "UserListQuery.type": ("Only users of this type.", "staff"),
    "roles": (_ROLES, ["claims"]),
    "role": ("Only users with this role.", "claims"),
    "UserListQuery.email": ("Only the user with this e-mail.", "ada@example.com"),
    "reference_id": ("The doctor, patient or institution that the user is, by its id; empty for others.", DOCTOR_ID),
    "invitation_mailed": "True if the user gets a link by mail; absent otherwise.",
    "active": "False if the user is disabled and cannot log in.",
    "invited": "True until the user has set a password.",
    # Tokens
    "access_token": ("The token to send as `Authorization: Bearer`.", _TOKEN),
    "token_type": "Always `bearer` (RFC 6750).",
    "expires_in": ("Seconds until the access token expires.", 3600),
    "refresh_token": ("Gets the next pair of tokens (POST /auth/refresh); works once.", "WyJhY21lIiwidS0xIl0.q8Zt3v"),
    "mfa_enrolment_required": "True if the tokens only serve to enrol a second factor first; absent otherwise.",
    "TokenToVerify.token": ("The access token to look at.", _TOKEN),
    "TokenVerdict.valid": "Whether the token is genuine and its session lives.",
    "payload": "Whom the token is for; null if it is not valid.",
    "metadata": "What else belongs to the user.",
    "grant_type": "Always `client_credentials` (RFC 6749, section 4.4).",
    # Sessions
    "SessionVerdict.valid": "Always true: a session that has ended gets 401.",
    "SessionVerdict.user": "Whom the session is for.",
    "same_device": "Whether the call comes from the device that logged in; null for a session without a login of ours.",
    "SessionEntry.id": ("Identifies the session.", SESSION_ID),
    "device": ("The user agent that logged in, as it named itself.", "Mozilla/5.0 (X11; Linux x86_64)"),
    "address": ("The network address that the login came from.", "203.0.113.7"),
    "last_used_at": ("When it was last used: ISO 8601 in UTC.", "2026-11-29T10:15:00.123+00:00"),
    "SessionEntry.expires_at": (
        "When the session ends unless it is refreshed: ISO 8601 in UTC.",
        "2026-12-29T10:15:00+00:00",
    ),
    "current": "Whether it is the session of this call.",
    # Passwords and links
    "current_password": ("The password that the caller has now.", _PASSWORD),
    "new_password": (
        "The password to have from now on: 8 to 256 characters, none that is easily guessed.",
        "staple of four words",
    ),
    "PasswordReset.token": ("The token of the link, which works once.", "4M3uC1nSnXv0m8l3yq9zJ7d5bH2kTfWgRoPxEaUiLsY"),
    "Invitation.token": (
        "Sets a password once: POST /auth/password/reset.",
        "4M3uC1nSnXv0m8l3yq9zJ7d5bH2kTfWgRoPxEaUiLsY",
    ),
    "link": (
        "The page on which the user sets the password; absent where the stack has none.",
        "https://console.example.com/#/password?token=4M3uC1nSnXv0",
    ),
    "Invitation.expires_at": ("Until when the link works: ISO 8601 in UTC.", "2026-12-06T10:15:00+00:00"),
    # Second factors
    "secret": (None, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    "otpauth_url": (None, "otpauth://totp/Payerworks:ada%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Payerworks"),
    "recovery_codes": (None, ["jbsw-y3dp-ehpk-3pxp"]),
    # Passkeys (Web Authentication, level 3)
    "PasskeyEntry.id": ("Identifies the passkey within the API.", PASSKEY_ID),
    "PasskeyEntry.name": ("What the user calls the passkey.", "My phone"),
    "PasskeyRegistration.name": ("What the user wants to call the passkey.", "My phone"),
    "credential": "What the browser's call for credentials returned.",
    "rawId": ("The credential's id: base64url.", _BASE64URL),
    "Assertion.type": "Always `public-key`.",
    "NewCredential.type": "Always `public-key`.",
    "response": "What the authenticator answered.",
    "clientDataJSON": ("What the browser saw when it asked the authenticator: base64url of JSON.", "e30"),
    "attestationObject": ("The new public key and what the authenticator says of itself: base64url of CBOR.", "oA"),
    "authenticatorData": ("What the authenticator says of this login: base64url.", "AA"),
    "signature": ("The signature over authenticator and client data: base64url.", "AA"),
    "userHandle": ("The user that the authenticator has kept: base64url.", "AA"),
    "CreationOptions.publicKey": (
        "The options to pass on to the browser as they are.",
        {"challenge": _BASE64URL, "rp": {"name": "Payerworks"}},
    ),
    "RequestOptions.publicKey": (
        "The options to pass on to the browser as they are.",
        {"challenge": _BASE64URL, "userVerification": "required"},
    ),
    # Machines
    "client_id": ("Identifies the machine; its part before the dot is the tenant.", CLIENT_ID),
    "client_secret": (
        "The machine's secret, which only it should know.",
        "c2VjcmV0LW9mLXRoZS1leGFtcGxlLW5vdC1yZWFsMTI",
    ),
    "ClientEntry.name": ("What the machine is called, for people.", "Nightly claims"),
    "ClientWithSecret.name": ("What the machine is called, for people.", "Nightly claims"),
    "NewClient.name": ("What the machine is called, for people; it need not be unique.", "Nightly claims"),
    "rotated_at": ("When its present secret was made: ISO 8601 in UTC.", "2026-11-29T10:15:00.123+00:00"),
    "overlap_seconds": ("For how many seconds the secret so far still works; 0 ends it at once.", 3600),
    # Public keys (RFC 7517)
    "keys": "The keys, of which the first signs new tokens; others stay until the tokens that they signed expire.",
    "kty": "The kind of key: elliptic curve.",
    "crv": "The curve of the key.",
    "x": ("The x coordinate: base64url.", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
    "y": ("The y coordinate: base64url.", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
    "kid": (
        "Identifies the key in the header of a token: the key's thumbprint (RFC 7638).",
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
    ),
    "alg": "The algorithm of signatures by this key.",
    "use": "What the key is for: signatures.",
}
