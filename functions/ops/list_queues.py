"""GET /admin/queues: every queue of the stack with its numbers of waiting and dead messages."""

from ops.queues.queues import read_queues
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import list_answer


@http_operation(answers={200: "ops.queues.models.QueueList"})
def handler(request: Request) -> Answer:
    return list_answer(request, [json_text.write(queue.members) for queue in read_queues()], None)
