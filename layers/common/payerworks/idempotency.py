"""Idempotency-Key on POST: a repeat within 24 h gets the first answer again.

The marker of a key (tenant, caller, route, key) is put before the operation runs. It holds a `seed`, from which the
operation derives its ids, and the id of the call that runs. Why any order of crashes, lost answers and repeats does the
operation once:

1.  A call that dies leaves its marker. A repeat takes the marker over when its lock is over, and runs with its seed.
        Call A stores a plan and dies. After 30 s, repeat B runs with A's seed and finds A's plan by it.

2.  Each call has an id of its own, and each later write of the marker requires that id. So no call is refused because
    of a write of its own whose answer was lost, and a call whose marker was taken over writes nothing any more.
        B's put that takes the marker over is done, but its answer is lost. It is sent again and refused: the item that
        is there is the one that B puts, with B's id, so B has the marker.

3.  An error of the client's (below 500) leaves nothing behind and frees the key. After another error it is unknown
    what was done, as for a part of an answer that is not complete: the marker loses its lock, but keeps its seed.
        The commit of A's plan gets no answer for 8 s: 503. The repeat takes over at once, and finds the plan or makes
        it.

Table `requests`: pk `{tenant}#{user}#{route}#{key}`; `hash` of the request, `seed`, `call_id`, `locked_until`,
`answer` (absent while the call runs), `subjects` (JSON text: whom the call's entry of the audit names, and their
number; absent if nobody), `freed` (any request may use the key), `expires` (time to live in seconds since 1970; never
0, as DynamoDB keeps items whose time is more than five years ago).
"""

import hashlib
import re
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace

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
"""Bytes of an answer as it is kept, in a JSON text; of a larger answer, only status and headers are kept."""
_KEY = re.compile(r"[!-~]{1,255}")
_RUNNING = {"Retry-After": "1"}
"""Most calls take less than a second; one that died holds its lock longer, so its client tries a few times."""


def idempotent(
    request: Request,
    value: Json,
    run: Callable[[str], Answer],
    again: Callable[[Answer, str], Answer] | None = None,
    *,
    resume: Callable[[str], Answer] | None = None,
    accepted: Callable[[], Iterable[Json]] = tuple,
) -> Answer:
    """The answer of `run(seed)`, or the answer kept from the first call.

    A repeat must have the same path and an equal `value`: the body as a JSON value, in which the order of members does
    not matter, and the relevant part of the query. `again` restores an answer whose body was too large to keep, from
    the kept status and headers and the seed. `resume` runs instead of `run` if an earlier call, which died or ended in
    a 5xx, may have done its work with this seed. `accepted` gives other forms that an equal value may have had.
    Raises Unprocessable for the same key with another request, Conflict while the first call runs, BadInput for a key
    that is not 1 to 255 visible characters.
    A call without the header just runs, with a new seed. Errors are not kept, nor is an answer that is not complete.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return run(uuid.uuid4().hex)
    if not _KEY.fullmatch(key):
        raise BadInput("An Idempotency-Key must have 1 to 255 visible ASCII characters.")
    marker = _Marker(f"{request.tenant}#{request.user_id}#{request.route}#{key}", _hash(request, value))
    kept = marker.begin(lambda: (_hash(request, each) for each in accepted()))
    if kept is not None:
        request.trail.recall(*marker.subjects)
        return again(kept, marker.seed) if kept.text is None and kept.status != 204 and again else kept
    try:
        answer = (resume if resume and marker.is_taken_over else run)(marker.seed)
    except PayerworksError as error:
        marker.release(keeps_seed=error.status >= 500)
        raise
    if answer.is_complete:
        marker.finish(answer, request.trail.noted())
    else:
        marker.release(keeps_seed=True)
    return answer


def _hash(request: Request, value: Json) -> str:
    content = json_text.canonical([request.event.get("pathParameters"), value])
    return hashlib.blake2b(content, digest_size=16).hexdigest()


class _Marker:
    def __init__(self, name: str, hash_text: str) -> None:
        self._key = {"pk": {"S": name}}
        self._hash = hash_text
        self._call_id = uuid.uuid4().hex
        self.seed = hashlib.blake2b(f"{name}#{self._call_id}".encode(), digest_size=16).hexdigest()
        self.is_taken_over = False
        self.subjects: tuple[list[str], int] = ([], 0)

    def begin(self, accepted: Callable[[], Iterable[str]]) -> Answer | None:
        """Put the marker or take it over. Returns the kept answer if the first call is done.

        `accepted` gives other hashes that the request may have had.
        """
        now = int(time.time())
        free = "attribute_not_exists(pk) OR attribute_exists(freed) OR expires < :now"
        try:
            _TABLE.put(self._item(now), free, {":now": {"N": str(now)}})
        except ConditionFailed as failed:
            return self._resume(failed.item or {}, now, accepted)
        return None

    def _item(self, now: int) -> Item:
        return self._key | {
            "hash": {"S": self._hash},
            "seed": {"S": self.seed},
            "call_id": {"S": self._call_id},
            "locked_until": {"N": str(now + LOCK_SECONDS)},
            "expires": {"N": str(now + LIFE_SECONDS)},
        }

    def _resume(self, stored: Item, now: int, accepted: Callable[[], Iterable[str]]) -> Answer | None:
        if stored["hash"]["S"] != self._hash and stored["hash"]["S"] not in accepted():
            raise Unprocessable("This Idempotency-Key was used for another request.")
        self.seed = stored["seed"]["S"]
        if "answer" in stored:
            if "subjects" in stored:
                ids, count = json_text.read(stored["subjects"]["S"])
                self.subjects = ids, count
            status, headers, text, media_type = json_text.read(stored["answer"]["S"])
            return Answer(status, text, headers | {"Idempotency-Replayed": "true"}, media_type)
        self._take_over(stored, now)
        return None

    def _take_over(self, stored: Item, now: int) -> None:
        if int(stored["locked_until"]["N"]) > now:
            raise Conflict("The first request with this Idempotency-Key is still running.", headers=_RUNNING)
        # A put, because it recognises its own item after a lost answer (dynamodb.py); an update does not.
        unanswered = "call_id = :first AND attribute_not_exists(answer)"
        if not _TABLE.put_if(unanswered, self._item(now), {":first": stored["call_id"]}):
            raise Conflict("Another request with this Idempotency-Key is running.", headers=_RUNNING)
        self.is_taken_over = True

    def finish(self, answer: Answer, subjects: tuple[list[str], int]) -> None:
        """Keep the answer, without its body if that is large, and whose data it is."""
        kept = _kept(answer)
        if len(kept.encode()) > MAX_KEPT:
            kept = _kept(replace(answer, text=None))
        change, values = "SET answer = :answer", {":answer": {"S": kept}}
        if subjects[1]:
            change, values = f"{change}, subjects = :subjects", values | {":subjects": {"S": json_text.write(subjects)}}
        self._change(change, values)

    def release(self, *, keeps_seed: bool) -> None:
        """Let go of the key after an error: for a repeat that goes on with this seed, or for any request."""
        now = str(int(time.time()))
        if keeps_seed:
            self._change("SET locked_until = :now", {":now": {"N": now}})
        else:
            self._change("SET freed = :true, expires = :now", {":true": {"BOOL": True}, ":now": {"N": now}})

    def _change(self, change: str, values: Item) -> None:
        # The change leaves the id as it is, so it may be made twice: a lost answer does not matter.
        _TABLE.update_if("call_id = :me", self._key, change, values | {":me": {"S": self._call_id}})


def _kept(answer: Answer) -> str:
    return json_text.write([answer.status, answer.headers, answer.text, answer.media_type])
