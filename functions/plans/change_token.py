"""The Change-Token of a write: which version of which plan search is to wait for (opaque, signed)."""

import base64
import hashlib
import hmac

from payerworks import json_text
from payerworks.settings import settings
from plans.stored_plan import StoredRoot


def change_token(root: StoredRoot) -> str:
    """A token for the version that a write has made."""
    text = json_text.write([root.plan_id, root.version]).encode()
    return base64.urlsafe_b64encode(_signature(root.tenant, text) + text).decode().rstrip("=")


def _signature(tenant: str, text: bytes) -> bytes:
    key = settings().signing_secret.encode()
    return hmac.digest(key, b"change-token\n" + tenant.encode() + b"\n" + text, hashlib.sha256)[:16]
