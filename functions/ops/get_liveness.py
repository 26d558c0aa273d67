"""GET /health/live: answer without contacting any other server."""

from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "ops.health.models.Liveness"}, public=True)
def handler(request: Request) -> Answer:
    return Answer(200, '{"status":"up"}')
