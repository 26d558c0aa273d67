"""GET /v1/plan/{id}: a plan as it was sent, also as it was in a version or at a time."""

from payerworks.conditional import not_modified
from payerworks.http import http_operation
from payerworks.request import Answer, Request
from plans.storage import cache as plan_cache


@http_operation(
    query="plans.plan.models.PlanQuery",
    answers={200: "plans.plan.models.Plan", 304: None},
    errors=(404, 503),
    headers=("If-None-Match",),
)
def handler(request: Request) -> Answer:
    plan_id = request.path("id")
    if request.query:
        # Imported here: a plan as it is needs none of it.
        from plans.storage.past_answer import past_answer

        return past_answer(request, plan_id)
    copy = plan_cache.read(request.tenant, plan_id)
    if copy is None:
        return _from_table(request, plan_id)
    return not_modified(request, copy.etag) or Answer(200, copy.text, {"ETag": copy.etag})


def _from_table(request: Request, plan_id: str) -> Answer:
    # Imported here: a plan that is in the cache needs none of it.
    from plans.storage import repository

    if "if-none-match" in request.headers:
        unchanged = not_modified(request, repository.live_root(request.tenant, plan_id).etag)
        if unchanged:
            return unchanged
    copy = plan_cache.read_through(request.tenant, plan_id, lambda: repository.read_plan(request.tenant, plan_id))
    return Answer(200, copy.text, {"ETag": copy.etag})
