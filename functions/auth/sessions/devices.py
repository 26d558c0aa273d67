"""The device of a call: its user agent, and the id that the client made for itself and sends as `X-Client-Id`.

A client id is a secret of the device, like a cookie: a login from a device that is known to its user is not held up by
the failed logins of others. So it has at least 16 characters, and only its hash is kept.
"""

import hashlib
import re
from dataclasses import dataclass

from payerworks.errors import BadInput
from payerworks.http import Request

CLIENT_ID = re.compile(r"[!-~]{16,128}")
KNOWN_DAYS = 180
"""For how long a device stays known after its last login."""
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Device:
    """`client_hash` is empty if the client sends no id; `name` is what the client says of itself."""

    client_hash: str
    user_agent_hash: str
    name: str


def device_of(request: Request) -> Device:
    """The device that a request comes from. Raises BadInput for a client id that can be guessed, or is none."""
    client_id = request.headers.get("x-client-id", "")
    if client_id and not CLIENT_ID.fullmatch(client_id):
        raise BadInput("X-Client-Id must have 16 to 128 visible ASCII characters, such as a random UUID.")
    user_agent = request.headers.get("user-agent", "")
    name = "".join(filter(str.isprintable, user_agent))[:MAX_NAME]
    return Device(_hash(client_id) if client_id else "", _hash(user_agent), name)


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
