"""GET /v1/plan/{id}: a plan as it was sent: the current version, one by number, or the one at a time."""

import time

from payerworks.cache import Copy
from payerworks.conditional import not_modified
from payerworks.http import Answer, Request, http_operation
from plans.storage.cache import PLANS


@http_operation(
    query="plans.plan.answers.PlanQuery",
    answers={200: "plans.plan.models.Plan", 304: None},
    errors=(404,),
    headers=("If-None-Match",),
)
def handler(request: Request) -> Answer:
    plan_id = request.path("id")
    if request.query:
        return _past(request, plan_id)
    copy = PLANS.read(request.tenant, plan_id)
    if copy is None:
        return _from_table(request, plan_id)
    return not_modified(request, copy.etag) or _answer(copy)


def _from_table(request: Request, plan_id: str) -> Answer:
    # Imported here: an answer from the cache does without it.
    from plans.storage import repository

    if "if-none-match" in request.headers:
        unchanged = not_modified(request, repository.live_root(request.tenant, plan_id).etag)
        if unchanged:
            return unchanged
    began = time.monotonic()
    copy = repository.read_plan(request.tenant, plan_id).copy
    PLANS.fill(request.tenant, plan_id, copy, began)
    return _answer(copy)


def _past(request: Request, plan_id: str) -> Answer:
    # Imported here: the current version does without it.
    from payerworks.validation import query
    from plans.plan.answers import PlanQuery
    from plans.storage.history import numbered_version, past_plan, version_as_of

    params = query(PlanQuery, request)
    if params.version is not None:
        version = numbered_version(request.tenant, plan_id, params.version)
    else:
        version = version_as_of(request.tenant, plan_id, params.as_of or "")
    return not_modified(request, version.etag) or _answer(past_plan(request.tenant, plan_id, version).copy)


def _answer(copy: Copy) -> Answer:
    return Answer(200, copy.text, {"ETag": copy.etag})
