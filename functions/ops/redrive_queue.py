"""POST /admin/queues/{name}/redrive: send dead messages back to their queue, up to 1,000 messages or 15 s per call.

Repeat the call while `left` is above 0. Each message is delivered at least once, even if the call fails.
"""

from ops.queues.dead_letters import redrive
from ops.queues.models import RedriveQuery
from ops.queues.queues import count_dead, read_queue
from payerworks import json_text
from payerworks.errors import Conflict
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.validation import query


@http_operation(
    query="ops.queues.models.RedriveQuery",
    answers={200: "ops.queues.models.Redriven"},
    errors=(404, 409, 422),
    headers=("Idempotency-Key",),
)
def handler(request: Request) -> Answer:
    name, limit = request.path("name"), query(RedriveQuery, request).limit
    return idempotent(request, limit, lambda _: _redrive(request, name, limit))


def _redrive(request: Request, name: str, limit: int) -> Answer:
    queue = read_queue(name)
    if queue.url is None:
        raise Conflict(f"These messages record failed calls and cannot be sent again. {queue.advice}")
    moved = redrive(queue.dead_letters_url, queue.url, limit, queue.dead)
    members = {"name": name, "moved": moved, "left": count_dead(queue.dead_letters_url)}
    return Answer(200, json_text.write(members), log={"redriven": members, "user_id": request.user_id})
