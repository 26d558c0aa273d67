"""A machine and its secrets: how they are made, compared and replaced."""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

from auth.users.caller import OF_SECRET
from payerworks.tenants import TENANT_PATTERN
from payerworks.times import now

MAX_SECRETS = 5
"""Secrets of a client that work at once; a rotation above ends the oldest."""
MAX_ID = 128
_ID = re.compile(TENANT_PATTERN.strip("^$") + r"\.[0-9a-f]{32}")
_NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A secret as it is kept: its SHA-256 (256 random bits need no salt); `ends` in seconds since 1970, or never."""

    secret_id: str
    hash: str
    created_at: str
    ends: int | None = None

    @property
    def works(self) -> bool:
        return self.ends is None or self.ends > time.time()


@dataclass(frozen=True, slots=True)
class Client:
    """A machine; `secrets`: the newest first."""

    tenant: str
    client_id: str
    name: str
    roles: Sequence[str]
    created_at: str
    secrets: Sequence[ClientSecret]

    def working_secret(self, secret_id: str) -> ClientSecret | None:
        """The secret with an id, if it has not ended."""
        return next((secret for secret in self.secrets if secret.secret_id == secret_id and secret.works), None)


def new_client_id(tenant: str) -> str:
    """A new id. It names the tenant, so that a client is found without one, and rises with the time of its making."""
    return f"{tenant}.{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def tenant_of(client_id: str) -> str | None:
    """The tenant in a client's id; None if the text cannot be a client's id."""
    is_id = len(client_id) <= MAX_ID and _ID.fullmatch(client_id)
    return client_id.partition(".")[0] if is_id else None


def new_secret() -> tuple[str, ClientSecret]:
    """A new secret of 256 random bits: its text, which is shown once, and what is kept of it."""
    text = secrets.token_urlsafe(32)
    return text, ClientSecret(OF_SECRET + secrets.token_hex(8), _hash(text), now())


def rotated(before: Sequence[ClientSecret], new: ClientSecret, overlap_seconds: int) -> tuple[ClientSecret, ...]:
    """The secrets after a rotation; the earlier ones end after the overlap, or sooner if that was decided before."""
    ends = int(time.time()) + overlap_seconds
    earlier = [
        ClientSecret(secret.secret_id, secret.hash, secret.created_at, min(ends, secret.ends or ends))
        for secret in before
    ]
    return (new, *(secret for secret in earlier if secret.works))[:MAX_SECRETS]


def matching_secret(client: Client | None, text: str) -> ClientSecret | None:
    """The secret that a text is; None if it is none, after the same steps for an unknown client."""
    digest = _hash(text)
    found = None
    for secret in client.secrets if client else (ClientSecret("", _NO_HASH, ""),):
        if hmac.compare_digest(secret.hash, digest) and secret.works:
            found = secret
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
