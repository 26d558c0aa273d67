"""PUT /v1/plan/{id}: replace a whole plan, or create it with `If-None-Match: *`."""

from payerworks import json_text
from payerworks.conditional import check_preconditions
from payerworks.http import Answer, Request, http_operation
from payerworks.json_text import Json
from plans.changes.commit import commit, matched_root, retry_on_conflict, write_answer
from plans.plan.models import check_plan, check_same_id
from plans.plan.stored_plan import creation, replacement
from plans.storage import repository
from plans.storage.items import Author


@http_operation(
    body="plans.plan.models.Plan",
    answers={200: "plans.plan.models.Plan", 201: "plans.plan.models.Plan", 204: None},
    errors=(404, 412, 413, 415, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
    answer_headers={200: ("Change-Token",), 201: ("Change-Token",)},
)
def handler(request: Request) -> Answer:
    plan_id = request.path("id")
    plan = check_plan(json_text.read(request.body()))
    check_same_id(plan, plan_id)
    if request.headers.get("if-none-match", "").strip() == "*":
        return retry_on_conflict(lambda: _create(request, plan))
    return retry_on_conflict(lambda: _replace(request, plan))


def _create(request: Request, plan: dict[str, Json]) -> Answer:
    root = repository.read_root(request.tenant, plan["objectId"])
    check_preconditions(request, None if root is None or root.deleted else root.etag)
    change = creation(request.tenant, plan, root, seed=request.id)
    return write_answer(request, commit(change, Author.of(request)), 201)


def _replace(request: Request, plan: dict[str, Json]) -> Answer:
    root = matched_root(request, plan["objectId"], " To create one by PUT, send If-None-Match: *.")
    stored = repository.plan_of(root)
    change = replacement("replaced", stored, plan)
    return write_answer(request, commit(change, Author.of(request)) if change else stored, 200)
