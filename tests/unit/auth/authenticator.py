"""A software authenticator with its browser: passkeys by WebAuthn (level 2, sections 5.1.3 and 5.1.4)."""

import base64
import hashlib
import json
import os
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from auth import add_passkey, begin_passkey_login, begin_passkey_registration, log_in_with_passkey
from tests.unit.auth.conftest import answered, called

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One passkey of one user. What a test changes (origin, flags …) is what a faulty or hostile client sends."""

    def __init__(self, *, sign_count: int = 1) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.user_handle = b""
        self.sign_count = sign_count
        self.origin = "http://localhost"
        self.rp_id = "localhost"
        self.flags = PRESENT | VERIFIED
        self.algorithm = -7
        self.cross_origin = False

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.create`."""
        from fido2 import cbor

        self.user_handle = decoded(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
        key = {1: 2, 3: self.algorithm, -1: 1, -2: x, -3: y}
        length = struct.pack(">H", len(self.credential_id))
        credential = bytes(16) + length + self.credential_id + cbor.encode(key)
        data = self._data(ATTESTED) + credential
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options["challenge"])
        return self._credential(clientDataJSON=client_data, attestationObject=attestation)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.get`."""
        if self.sign_count:
            self.sign_count += 1
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            clientDataJSON=client_data, authenticatorData=data, signature=signature, userHandle=self.user_handle
        )

    def _data(self, flags: int) -> bytes:
        rp_hash = hashlib.sha256(self.rp_id.encode()).digest()
        return rp_hash + struct.pack(">BI", self.flags | flags, self.sign_count)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        members = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(members).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        return {
            "id": encoded(self.credential_id),
            "rawId": encoded(self.credential_id),
            "type": "public-key",
            "response": {name: encoded(content) for name, content in response.items()},
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
        }


def creation_options(token: str) -> dict[str, Any]:
    answer = called(begin_passkey_registration.handler, "begin_passkey_registration", token)
    assert answer["statusCode"] == 200, answer["body"]
    options: dict[str, Any] = answer["json"]["publicKey"]
    return options


def add(token: str, credential: dict[str, Any], name: str = "My phone") -> dict[str, Any]:
    body = {"name": name, "credential": credential}
    return called(add_passkey.handler, "add_passkey", token, body=body)


def registered(token: str, **options: int) -> Authenticator:
    """A new passkey of a user."""
    authenticator = Authenticator(**options)
    answer = add(token, authenticator.create(creation_options(token)))
    assert answer["statusCode"] == 201, answer["body"]
    return authenticator


def login_options() -> dict[str, Any]:
    answer = answered(begin_passkey_login.handler, "begin_passkey_login")
    assert answer["statusCode"] == 200, answer["body"]
    options: dict[str, Any] = answer["json"]["publicKey"]
    return options


def log_in_with(credential: dict[str, Any], **headers: str) -> dict[str, Any]:
    body = {"credential": credential}
    return answered(log_in_with_passkey.handler, "log_in_with_passkey", body=body, headers=headers)
