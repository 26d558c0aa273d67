"""Invoked with IAM rights, not through the API: replace the key that signs access tokens, or list the keys."""

from typing import Any

from auth.tokens.key_rotation import current_keys, rotate, state_of
from auth.tokens.models import KeyRotation
from payerworks.log import log_call
from payerworks.times import begin_invocation, iso_seconds
from payerworks.validation import checked_event


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """`{}`, `{"now": true}` (a key leaked) or `{"list": true}` → `{"keys": [{"kid", "state", "signs_from", "ends"}]}`.

    The newest key is the first; `state` is signs, waits, verifies or ended; times in ISO 8601, `ends` null for a key
    that nothing replaces. Raises ValueError for another event, RotationRefused while a new key does not sign yet.
    """
    begin_invocation(context)
    asked = checked_event(KeyRotation, event, "The event is not valid.")
    keys = current_keys() if asked.only_list else rotate(at_once=asked.now)
    log_call("token keys", rotated=not asked.only_list, at_once=asked.now, keys=len(keys))
    entries = [
        {
            "kid": key.kid,
            "state": state_of(key, keys),
            "signs_from": iso_seconds(key.signs_from),
            "ends": None if key.ends is None else iso_seconds(key.ends),
        }
        for key in keys
    ]
    return {"keys": entries}
