"""Idempotency-Key on POST: a repeat within 24 h gets the first answer again.

The marker of a key (tenant, caller, route, key) is put before the operation runs. It names a `seed`, from which the
operation makes its ids: a retry after a crash takes the marker over and, with the same seed, finds what is there.

Table `requests`: pk `{tenant}#{user}#{route}#{key}`; `hash` of the request, `seed`, `state`, `locked_until`, `answer`,
`expires` (time to live).
"""

import hashlib
import time
import uuid
from collections.abc import Callable

from payerworks import json_text
from payerworks.dynamodb import OLD_ITEM, ConditionFailed, Item, Table
from payerworks.errors import BadInput, Conflict, PayerworksError, Unprocessable
from payerworks.http import Answer, Request

_TABLE = Table("requests")

LIFE_SECONDS = 24 * 3600
LOCK_SECONDS = 30
"""Longer than an API call can run (29 s), so a lock that is older belongs to a call that died."""
MAX_KEPT = 300_000
"""Bytes of an answer's body that are kept; of a larger one, status and headers are."""


def idempotent(
    request: Request, body: str, run: Callable[[str], Answer], again: Callable[[Answer, str], Answer] | None = None
) -> Answer:
    """The answer of `run(seed)`, or the one kept from the first time.

    `again` restores the body of an answer that was too large to keep, from the status and headers that were kept and
    the seed. `body` is what a repeat must have the same: the body, and what of the query matters.
    Raises Unprocessable for the same key with another body, Conflict while the first call runs.
    A call without the header just runs, with a seed of its own. Errors are not kept: the key is free again.
    """
    key = request.headers.get("idempotency-key")
    if not key:
        return run(uuid.uuid4().hex)
    if len(key) > 255:
        raise BadInput("An Idempotency-Key may have 255 characters.")
    marker = _Marker(f"{request.tenant}#{request.user_id}#{request.route}#{key}", body)
    kept = marker.begin()
    if kept is not None:
        return again(kept, marker.seed) if kept.text is None and kept.status != 204 and again else kept
    try:
        answer = run(marker.seed)
    except PayerworksError:
        marker.release()
        raise
    marker.finish(answer)
    return answer


class _Marker:
    def __init__(self, name: str, body: str) -> None:
        self._key = {"pk": {"S": name}}
        self._hash = hashlib.blake2b(body.encode(), digest_size=16).hexdigest()
        self._lock = 0
        self.seed = hashlib.blake2b(f"{name}#{uuid.uuid4().hex}".encode(), digest_size=16).hexdigest()

    def begin(self) -> Answer | None:
        """Put the marker or take it over; the kept answer where the first call is done."""
        now = int(time.time())
        self._lock = now + LOCK_SECONDS
        item = self._key | {
            "hash": {"S": self._hash},
            "seed": {"S": self.seed},
            "locked_until": {"N": str(self._lock)},
            "expires": {"N": str(now + LIFE_SECONDS)},
        }
        free = "attribute_not_exists(pk) OR expires < :now"
        try:
            _TABLE.put(item, free, {":now": {"N": str(now)}}, **OLD_ITEM)
        except ConditionFailed as failed:
            return self._found(failed.item or {}, now)
        return None

    def _found(self, held: Item, now: int) -> Answer | None:
        if held["hash"]["S"] != self._hash:
            raise Unprocessable("This Idempotency-Key was used for another request.")
        self.seed = held["seed"]["S"]
        if "answer" in held:
            status, headers, text, media_type = json_text.read(held["answer"]["S"])
            return Answer(status, text, headers | {"Idempotency-Replayed": "true"}, media_type)
        self._take_over(int(held["locked_until"]["N"]), now)
        return None

    def _take_over(self, locked_until: int, now: int) -> None:
        wait = {"Retry-After": str(max(1, locked_until - now))}
        if locked_until > now:
            raise Conflict("The first request with this Idempotency-Key is still running.", headers=wait)
        if not self._change("SET locked_until = :lock", locked_until, {":lock": {"N": str(self._lock)}}):
            raise Conflict("Another request with this Idempotency-Key is running.", headers=wait)

    def finish(self, answer: Answer) -> None:
        """Keep the answer, without its body where that is large."""
        text = answer.text if answer.text is not None and len(answer.text.encode()) <= MAX_KEPT else None
        kept = json_text.write([answer.status, answer.headers, text, answer.media_type])
        self._change("SET answer = :answer", self._lock, {":answer": {"S": kept}})

    def release(self) -> None:
        """Make the key free again, after an error that is not kept."""
        self._change("SET locked_until = :zero, expires = :zero", self._lock, {":zero": {"N": "0"}})

    def _change(self, change: str, lock: int, values: Item) -> bool:
        return _TABLE.update_if("locked_until = :held", self._key, change, values | {":held": {"N": str(lock)}})
