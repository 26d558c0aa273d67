"""GET /admin/queues/{name}: a queue and the heads of up to 100 of its dead messages, without their bodies.

Each call receives the messages: it raises `receives`, and while it runs they cannot be redriven.
"""

from ops.queues.dead_letters import read_heads
from ops.queues.queues import read_queue
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "ops.queues.models.QueueDetails"}, errors=(404,))
def handler(request: Request) -> Answer:
    queue = read_queue(request.path("name"))
    heads = read_heads(queue.dead_letters_url, queue.dead, request.tenant)
    return Answer(200, json_text.write(queue.members | {"messages": heads}))
