"""PUT /v1/plan/{id}: replace a plan whole, or with `If-None-Match: *` create it."""

from payerworks import json_text
from payerworks.conditional import check_if_match
from payerworks.errors import NotFound, PreconditionFailed
from payerworks.http import Answer, Request, http_operation
from payerworks.json_text import Json
from plans.changes.commit import commit, retry_on_conflict, write_answer
from plans.plan.models import check_plan, check_same_id
from plans.plan.stored_plan import creation, replacement
from plans.storage import repository
from plans.storage.items import Author


@http_operation(
    body="plans.plan.models.Plan",
    answers={200: "plans.plan.models.Plan", 201: "plans.plan.models.Plan", 204: None},
    errors=(404, 412, 413, 415, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    plan_id = request.path("id")
    plan = check_plan(json_text.read(request.body()))
    check_same_id(plan, plan_id)
    if request.headers.get("if-none-match", "").strip() == "*":
        return retry_on_conflict(lambda: _create(request, plan))
    return retry_on_conflict(lambda: _replace(request, plan))


def _create(request: Request, plan: dict[str, Json]) -> Answer:
    held = repository.read_root(request.tenant, plan["objectId"])
    if held is not None and not held.deleted:
        raise PreconditionFailed("A plan with this id exists.", headers={"ETag": held.etag})
    check_if_match(request, None)
    change = creation(request.tenant, plan, held, seed=request.id)
    return write_answer(request, commit(change, Author.of(request)), 201)


def _replace(request: Request, plan: dict[str, Json]) -> Answer:
    root = repository.read_root(request.tenant, plan["objectId"])
    if root is None or root.deleted:
        check_if_match(request, None)
        raise NotFound("There is no plan with this id; PUT creates one with If-None-Match: *.")
    check_if_match(request, root.etag)
    stored = repository.plan_of(root)
    change = replacement("replaced", stored, plan)
    return write_answer(request, commit(change, Author.of(request)) if change else stored, 200)
