"""The answer to `GET /v1/plan/{id}` with a query: the plan as it was in a version, or at a time."""

from payerworks.conditional import not_modified
from payerworks.request import Answer, Request
from payerworks.validation import query
from plans.plan.models import PlanQuery
from plans.storage.history import numbered_version, past_plan, version_as_of


def past_answer(request: Request, plan_id: str) -> Answer:
    """200 with the plan and the ETag that it had then, or 304. Raises BadInput and NotFound."""
    wanted = query(PlanQuery, request)
    if wanted.version is not None:
        version = numbered_version(request.tenant, plan_id, wanted.version)
    else:
        version = version_as_of(request.tenant, plan_id, wanted.as_of or "")
    unchanged = not_modified(request, version.etag)
    return unchanged or Answer(200, past_plan(request.tenant, plan_id, version).text, {"ETag": version.etag})
