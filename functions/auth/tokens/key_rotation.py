"""Replace the key that signs access tokens, without a deployment and without a token refused before its end.

A new key is listed, and so published, before it signs; the keys before it verify until the last token that they signed
has ended. In order, with a longest life of tokens of a day:

      0 s  the rotation lists the new key. All processes read the list again within a minute (token_keys.py), and
           whoever keeps a copy of the JWK Set does so within five (get_public_keys.py)
    600 s  the new key signs, the old one no more
    a day  later, and a little: the old key ends. The rotation after that removes it and has KMS delete it

A key that leaked ends at once instead, and so do all the others but the new one. Whoever has an older copy of the list
signs with them for up to a minute more; these tokens are refused, and their sessions refresh.
"""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from botocore.exceptions import ClientError

from auth.tokens import key_list, token_keys
from auth.tokens.access_token import LEEWAY_SECONDS
from auth.tokens.key_list import TokenKey
from payerworks.aws import client
from payerworks.dynamodb import MARGIN_SECONDS
from payerworks.errors import Unavailable
from payerworks.log import log_call
from payerworks.settings import settings
from payerworks.times import iso_seconds, seconds_left

WAIT_SECONDS = 600
"""From a key's listing to its first signature: twice the age that a copy of the JWK Set may have."""
LONGEST_TOKEN_SECONDS = 86_400
"""The most that the parameter AccessTokenSeconds allows; what it is may change while a key waits."""
OVERLAP_SECONDS = LONGEST_TOKEN_SECONDS + LEEWAY_SECONDS + 60
DELETION_DAYS = 7
"""The shortest time that KMS lets pass before it deletes a key."""
TAG = "payerworks-token-issuer"
"""The tag of keys that a rotation made; the functions have rights to keys with it (template.yaml)."""

State = Literal["signs", "waits", "verifies", "ended"]


class RotationRefused(Exception):
    """The keys cannot be rotated now; nothing was changed."""


def rotate(*, at_once: bool = False) -> Sequence[TokenKey]:
    """Make a key that replaces all others, in time or `at_once`; all keys after that, the newest first.

    Raises RotationRefused while a key waits, unless at once, and if another rotation came first.
    """
    before, now = key_list.read_keys(), int(time.time())
    current = before or token_keys.template_keys()
    waiting = [key for key in current if state_of(key, current) == "waits"]
    if waiting and not at_once:
        raise RotationRefused(f"A new key waits until {iso_seconds(waiting[0].signs_from)}; rotate again after that.")
    signs_from = now if at_once else now + WAIT_SECONDS
    ends = now if at_once else signs_from + OVERLAP_SECONDS
    # Deleted before they leave the list, so that none is forgotten if this call dies between.
    _delete(key.key_id for key in current if key.has_ended(now))
    replaced = [replace(key, ends=min(ends, key.ends or ends)) for key in current if not key.has_ended(now)]
    new = _make_key(signs_from)
    if not key_list.write_keys([new, *replaced], before):
        _delete([new.key_id])
        raise RotationRefused("Another rotation came first; list the keys before you rotate again.")
    token_keys.forget_copy()
    return [new, *replaced]


def current_keys() -> Sequence[TokenKey]:
    """The listed keys, those that have ended too; before the first rotation, the template's."""
    return key_list.read_keys() or token_keys.template_keys()


def state_of(key: TokenKey, keys: Sequence[TokenKey]) -> State:
    """What a key does now; of all keys (the newest first), one signs."""
    now = time.time()
    if key.has_ended(now):
        return "ended"
    if key.signs_from > now:
        return "waits"
    signing = next(other for other in keys if other.signs_from <= now and not other.has_ended(now))
    return "signs" if key == signing else "verifies"


def _make_key(signs_from: int) -> TokenKey:
    kms = client("kms")
    answer = kms.create_key(
        KeySpec="ECC_NIST_P256",
        KeyUsage="SIGN_VERIFY",
        Description="Signs access tokens; made by a rotation.",
        Tags=[{"TagKey": TAG, "TagValue": settings().token_issuer}],
        Policy=kms.get_key_policy(KeyId=settings().token_key_ids[0], PolicyName="default")["Policy"],
        # It leaves the account's administrators the right to change it, but not this function.
        BypassPolicyLockoutSafetyCheck=True,
    )
    key_id: str = answer["KeyMetadata"]["KeyId"]
    log_call("token key created", key_id=key_id)
    return token_keys.new_key(key_id, _public_key(key_id), signs_from)


def _public_key(key_id: str) -> bytes:
    """The public half of a key that was just made; it may take a while until its tag gives rights to it."""
    while True:
        try:
            public_key: bytes = client("kms").get_public_key(KeyId=key_id)["PublicKey"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDeniedException":
                raise
            if seconds_left() < 2 * MARGIN_SECONDS:
                raise Unavailable(f"KMS gives no right to the new key {key_id}; delete it, and try again.") from None
            time.sleep(1)
        else:
            return public_key


def _delete(key_ids: Iterator[str] | Sequence[str]) -> None:
    """Have KMS delete keys that rotations made; the template's stay."""
    for key_id in key_ids:
        if key_id not in settings().token_key_ids:
            exceptions = client("kms").exceptions
            # It is being deleted already, or is gone: another rotation died after this, perhaps weeks ago.
            with contextlib.suppress(exceptions.KMSInvalidStateException, exceptions.NotFoundException):
                client("kms").schedule_key_deletion(KeyId=key_id, PendingWindowInDays=DELETION_DAYS)
            log_call("token key deleted", key_id=key_id)
