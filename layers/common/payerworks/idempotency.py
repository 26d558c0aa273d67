"""Idempotency-Key on POST: a repeat within 24 h gets the first answer again.

The marker of a key (tenant, caller, route, key) is put before the operation runs. It holds a `seed`, from which the
operation derives its ids: a retry after a crash takes the marker over and finds its objects by the same seed.

Table `requests`: pk `{tenant}#{user}#{route}#{key}`; `hash` of the request, `seed`, `state`, `locked_until`, `answer`,
`expires` (time to live).
"""

import hashlib
import re
import time
import uuid
from collections.abc import Callable

from payerworks import json_text
from payerworks.dynamodb import ConditionFailed, Item, Table
from payerworks.errors import BadInput, Conflict, PayerworksError, Unprocessable
from payerworks.http import Answer, Request
from payerworks.json_text import Json

_TABLE = Table("requests")

LIFE_SECONDS = 24 * 3600
LOCK_SECONDS = 30
"""Longer than an API call can run (29 s), so an older lock belongs to a call that died."""
MAX_KEPT = 300_000
"""Bytes of an answer's body to keep; of a larger answer, only status and headers are kept."""
_KEY = re.compile(r"[!-~]{1,255}")
_RUNNING = {"Retry-After": "1"}
"""Most calls take less than a second; one that died holds its lock longer, so its client tries a few times."""


def idempotent(
    request: Request, value: Json, run: Callable[[str], Answer], again: Callable[[Answer, str], Answer] | None = None
) -> Answer:
    """The answer of `run(seed)`, or the answer kept from the first call.

    A repeat must have the same path and an equal `value`: the body as a JSON value, in which the order of members does
    not matter, and the relevant part of the query. `again` restores an answer whose body was too large to keep, from
    the kept status and headers and the seed.
    Raises Unprocessable for the same key with another request, Conflict while the first call runs, BadInput for a key
    that is not 1 to 255 visible characters.
    A call without the header just runs, with a new seed. Errors are not kept: they release the key.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return run(uuid.uuid4().hex)
    if not _KEY.fullmatch(key):
        raise BadInput("An Idempotency-Key must have 1 to 255 visible ASCII characters.")
    content = json_text.canonical([request.event.get("pathParameters"), value])
    marker = _Marker(f"{request.tenant}#{request.user_id}#{request.route}#{key}", content)
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
    def __init__(self, name: str, content: bytes) -> None:
        self._key = {"pk": {"S": name}}
        self._hash = hashlib.blake2b(content, digest_size=16).hexdigest()
        self._lock = 0
        self.seed = hashlib.blake2b(f"{name}#{uuid.uuid4().hex}".encode(), digest_size=16).hexdigest()

    def begin(self) -> Answer | None:
        """Put the marker or take it over. Returns the kept answer if the first call is done."""
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
            _TABLE.put(item, free, {":now": {"N": str(now)}})
        except ConditionFailed as failed:
            return self._resume(failed.item or {}, now)
        return None

    def _resume(self, stored: Item, now: int) -> Answer | None:
        if stored["hash"]["S"] != self._hash:
            raise Unprocessable("This Idempotency-Key was used for another request.")
        self.seed = stored["seed"]["S"]
        if "answer" in stored:
            status, headers, text, media_type = json_text.read(stored["answer"]["S"])
            return Answer(status, text, headers | {"Idempotency-Replayed": "true"}, media_type)
        self._take_over(int(stored["locked_until"]["N"]), now)
        return None

    def _take_over(self, locked_until: int, now: int) -> None:
        if locked_until > now:
            raise Conflict("The first request with this Idempotency-Key is still running.", headers=_RUNNING)
        if not self._change("SET locked_until = :lock", locked_until, {":lock": {"N": str(self._lock)}}):
            raise Conflict("Another request with this Idempotency-Key is running.", headers=_RUNNING)

    def finish(self, answer: Answer) -> None:
        """Keep the answer, without its body if that is large."""
        text = answer.text if answer.text is not None and len(answer.text.encode()) <= MAX_KEPT else None
        kept = json_text.write([answer.status, answer.headers, text, answer.media_type])
        self._change("SET answer = :answer", self._lock, {":answer": {"S": kept}})

    def release(self) -> None:
        """Free the key after an error, which is not kept."""
        self._change("SET locked_until = :zero, expires = :zero", self._lock, {":zero": {"N": "0"}})

    def _change(self, change: str, lock: int, values: Item) -> bool:
        return _TABLE.update_if("locked_until = :current", self._key, change, values | {":current": {"N": str(lock)}})
