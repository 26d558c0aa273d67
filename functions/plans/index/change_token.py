"""The Change-Token of a write: which version of which plan search is to wait for (opaque, signed)."""

import base64
import hashlib
import hmac

from payerworks import json_text
from payerworks.errors import BadInput, Fault
from payerworks.settings import settings
from plans.plan.stored_plan import StoredRoot


def change_token(root: StoredRoot) -> str:
    """A token for the version that a write has made."""
    text = json_text.write([root.plan_id, root.version]).encode()
    return base64.urlsafe_b64encode(_signature(root.tenant, text) + text).decode().rstrip("=")


def read_change_token(tenant: str, token: str) -> tuple[str, int]:
    """The plan's id and the version that a token names. Raises BadInput for one that was not given to this tenant."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    signature, text = raw[:16], raw[16:]
    if not hmac.compare_digest(signature, _signature(tenant, text)):
        raise BadInput("The Change-Token is not one of ours.", errors=[Fault("/after", "was not made by a write")])
    plan_id, version = json_text.read(text)
    return plan_id, version


def _signature(tenant: str, text: bytes) -> bytes:
    key = settings().signing_secret.encode()
    return hmac.digest(key, b"change-token\n" + tenant.encode() + b"\n" + text, hashlib.sha256)[:16]
