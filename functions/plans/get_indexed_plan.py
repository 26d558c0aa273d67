"""GET /v1/plan/es_plan/{id}: a plan rebuilt from its documents in OpenSearch."""

import time

from payerworks.errors import Unavailable
from payerworks.http import Answer, Request, http_operation
from plans.index import documents
from plans.plan.document import absent, digest, whole_text

READS = 6
WAIT_SECONDS = 0.3
"""Pause between two reads. The whole of a change is visible after the next refresh of the index or the one after."""


@http_operation(answers={200: "plans.plan.models.Plan"}, errors=(404,))
def handler(request: Request) -> Answer:
    for attempt in range(READS):
        if attempt:
            time.sleep(WAIT_SECONDS)
        indexed = documents.read_indexed_plan(request.tenant, request.path("id"))
        if indexed is None:
            raise absent(request.path("id"), "The index has no plan with this id.")
        text, services, expected_digest = indexed
        if digest(text, services) == expected_digest:
            return Answer(200, whole_text(text, services))
    raise Unavailable("The plan is being indexed; read it again.", headers={"Retry-After": "1"})
