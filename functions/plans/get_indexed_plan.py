"""GET /v1/plan/es_plan/{id}: a plan rebuilt from OpenSearch."""

import time

from payerworks.errors import NotFound, Unavailable
from payerworks.http import Answer, Request, http_operation
from plans.index import documents
from plans.plan.document import digest, whole_text

READS = 6
WAIT_SECONDS = 0.3
"""Between two reads; a change becomes visible whole with the index's next refresh or the one after."""


@http_operation(answers={200: "plans.plan.models.Plan"}, errors=(404,))
def handler(request: Request) -> Answer:
    for number in range(READS):
        if number:
            time.sleep(WAIT_SECONDS)
        found = documents.read_plan(request.tenant, request.path("id"))
        if found is None:
            raise NotFound("There is no plan with this id in the index.")
        text, services, expected = found
        if digest(text, services) == expected:
            return Answer(200, whole_text(text, services))
    raise Unavailable("The plan is being indexed; read it again.", headers={"Retry-After": "1"})
