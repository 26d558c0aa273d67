"""GET /v1/plan/es_plan/{id}: a plan rebuilt from its documents in OpenSearch; without OpenSearch, from the table."""

from payerworks.http import Answer, Request, http_operation
from plans.lookup.engine import engine
from plans.plan.document import absent


@http_operation(answers={200: "plans.plan.models.Plan"}, errors=(404,))
def handler(request: Request) -> Answer:
    text = engine().read_plan(request.tenant, request.path("id"))
    if text is None:
        raise absent(request.path("id"), "The index has no plan with this id.")
    return Answer(200, text)
