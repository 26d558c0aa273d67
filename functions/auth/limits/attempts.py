"""Count attempts of an account or an address in DynamoDB, and refuse those that come too soon after many others.

An attempt is counted before it is made, by one conditional write, so that any number of functions together let no more
attempts through than the rule says. An attempt that succeeds is taken back. The first attempts run at once; after each
further one the next must wait, for twice as long each time.

Item: pk `LIMIT#{rule}#{hash of the subject}`, sk `LIMIT`: `attempts`, `next_at` (ms since 1970), `counted_by` (an id of
the attempt counted last), `expires` (time to live, in seconds). The subject is hashed: it may be anything that people
type as an e-mail, such as a password.
"""

import hashlib
import ipaddress
import time
import uuid
from dataclasses import dataclass, replace

from payerworks.dynamodb import ConditionFailed, Item, Part, Table
from payerworks.errors import TooManyRequests
from payerworks.settings import settings

_TABLE = Table("auth")
_RACES = 10
"""Attempts at one write; many at once for one subject are refused as well."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How often one subject may try.

    free           attempts that need not wait
    longest_pause  seconds; the pause after the attempt number `free` is one second, after the next two, then four …
    forgotten      seconds without an attempt after which the count begins again
    """

    name: str
    free: int
    longest_pause: int
    forgotten: int


_ADDRESS = "-address"
LOGIN = Rule("login", free=5, longest_pause=900, forgotten=3600)
LOGIN_ADDRESS = Rule("login-address", free=50, longest_pause=60, forgotten=3600)
FACTOR = Rule("factor", free=5, longest_pause=900, forgotten=3600)
REFRESH = Rule("refresh", free=30, longest_pause=60, forgotten=300)
REFRESH_ADDRESS = Rule("refresh-address", free=20, longest_pause=300, forgotten=3600)
FORGOTTEN = Rule("forgotten", free=3, longest_pause=3600, forgotten=3600)
FORGOTTEN_ADDRESS = Rule("forgotten-address", free=20, longest_pause=300, forgotten=3600)
TOKEN = Rule("token", free=10, longest_pause=60, forgotten=3600)
TOKEN_ADDRESS = Rule("token-address", free=20, longest_pause=300, forgotten=3600)


def begin_attempt(rule: Rule, subject: str) -> None:
    """Count an attempt. Raises TooManyRequests, and counts nothing, if it comes too soon."""
    rule = _of_this_stack(rule)
    key = limit_key(rule, subject)
    for _ in range(_RACES):
        now_ms = time.time_ns() // 1_000_000
        state = _count_free(rule, key, now_ms)
        if state is None or _count_again(rule, key, state, now_ms):
            return
    raise _too_soon(rule, 1000)


def _of_this_stack(rule: Rule) -> Rule:
    """The rule, for addresses with as many more attempts as the stack gives to large networks."""
    if not rule.name.endswith(_ADDRESS):
        return rule
    return replace(rule, free=rule.free * settings().address_attempts_factor)


def _count_free(rule: Rule, key: Item, now_ms: int) -> Item | None:
    """Count an attempt that need not wait; the item as it is if it is not one."""
    attempt = uuid.uuid4().hex
    values = _times(rule, now_ms, rule.free) | {
        ":one": {"N": "1"},
        ":zero": {"N": "0"},
        ":free": {"N": str(rule.free)},
        ":now": {"N": str(now_ms // 1000)},
        ":attempt": {"S": attempt},
    }
    # The attempt's id lets a write that is sent again, because its answer was lost, find itself done.
    change = (
        "SET attempts = if_not_exists(attempts, :zero) + :one, next_at = :next, expires = :expires, "
        "counted_by = :attempt"
    )
    condition = "attribute_not_exists(pk) OR (attempts < :free AND expires > :now AND counted_by <> :attempt)"
    try:
        _TABLE.update(key, change, values, condition, is_done=lambda item: item["counted_by"] == {"S": attempt})
    except ConditionFailed as failed:
        return failed.item or {}
    return None


def _count_again(rule: Rule, key: Item, state: Item, now_ms: int) -> bool:
    """Count an attempt after others, if none came between. Raises TooManyRequests if it comes too soon."""
    if not state:
        return False
    attempts = int(state["attempts"]["N"])
    is_forgotten = int(state["expires"]["N"]) * 1000 <= now_ms
    wait_ms = int(state["next_at"]["N"]) - now_ms
    if not is_forgotten and wait_ms > 0:
        raise _too_soon(rule, wait_ms)
    count = 1 if is_forgotten else attempts + 1
    attempt = uuid.uuid4().hex
    values = _times(rule, now_ms, count) | {
        ":count": {"N": str(count)},
        ":attempts": state["attempts"],
        ":before": state["next_at"],
        ":attempt": {"S": attempt},
    }
    change = "SET attempts = :count, next_at = :next, expires = :expires, counted_by = :attempt"
    condition = "attempts = :attempts AND next_at = :before AND counted_by <> :attempt"
    return _TABLE.update_if(condition, key, change, values, is_done=lambda item: item["counted_by"] == {"S": attempt})


def _times(rule: Rule, now_ms: int, count: int) -> Item:
    pause = min(rule.longest_pause, 2 ** min(count - rule.free, 20)) if count >= rule.free else 0
    expires = now_ms // 1000 + max(rule.forgotten, pause)
    return {":next": {"N": str(now_ms + pause * 1000)}, ":expires": {"N": str(expires)}}


def take_back(rule: Rule, subject: str) -> None:
    """Take back an attempt that succeeded, where others of the same subject still count."""
    marker = {"S": uuid.uuid4().hex}
    change = "SET attempts = attempts - :one, counted_by = :marker"
    values: Item = {":one": {"N": "1"}, ":zero": {"N": "0"}, ":marker": marker}
    condition = "attempts > :zero AND counted_by <> :marker"
    _TABLE.update_if(
        condition, limit_key(rule, subject), change, values, is_done=lambda item: item["counted_by"] == marker
    )


def forget_part(rule: Rule, subject: str) -> Part:
    """Forget all attempts of a subject, as a part of a transaction."""
    return _TABLE.delete_part(limit_key(rule, subject))


def limit_key(rule: Rule, subject: str) -> Item:
    """The key of a subject's count."""
    digest = hashlib.blake2b(subject.encode(), digest_size=16).hexdigest()
    return {"pk": {"S": f"LIMIT#{rule.name}#{digest}"}, "sk": {"S": "LIMIT"}}


def login_subject(email: str, known_device: str) -> str:
    """Whose attempts to know a password are counted together: those on a device that is known to the user (its hash),
    or those of everyone else. Who guesses holds up the devices that the user has not used before, and no others.
    """
    return f"{email}#{known_device}" if known_device else email


def address_subject(address: str) -> str:
    """The network of an address that one client can choose addresses from: of IPv6 its first 64 bits (RFC 4291)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))


def _too_soon(rule: Rule, wait_ms: int) -> TooManyRequests:
    wait = -(-wait_ms // 1000)
    headers = {
        "Retry-After": str(wait),
        "RateLimit-Policy": f'"{rule.name}";q={rule.free};w={rule.forgotten}',
        "RateLimit": f'"{rule.name}";r=0;t={wait}',
    }
    unit = "second" if wait == 1 else "seconds"
    return TooManyRequests(f"Too many attempts; try again in {wait} {unit}.", headers=headers)
