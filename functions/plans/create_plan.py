"""POST /v1/plan: store a new plan."""

import urllib.parse

from payerworks import json_text
from payerworks.errors import Conflict
from payerworks.http import http_operation
from payerworks.idempotency import idempotent
from payerworks.request import Answer, Request
from plans import repository
from plans.plan_items import Author
from plans.stored_plan import StoredPlan, creation
from plans.valid_plan import check_plan
from plans.writing import save, written


@http_operation(
    body="plans.models.Plan",
    answers={201: "plans.models.Plan", 204: None},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key", "Prefer"),
)
def handler(request: Request) -> Answer:
    body = request.body()
    return idempotent(request, body, lambda seed: _create(request, body, seed), lambda kept, _: _again(body, kept))


def _create(request: Request, body: str, seed: str) -> Answer:
    plan = check_plan(json_text.read(body))
    plan_id = plan["objectId"]
    held = repository.read_root(request.tenant, plan_id)
    if held is None or held.deleted:
        change = creation(request.tenant, plan, held, seed)
        try:
            root = save(change, Author.of(request))
            return _created(request, StoredPlan(root, change.services or ()))
        except repository.Raced:
            held = repository.live_root(request.tenant, plan_id)
    if held.seed == seed:
        # A first try with this Idempotency-Key stored the plan and died before it could answer.
        return _created(request, repository.read_plan(request.tenant, plan_id))
    raise Conflict("A plan with this id exists.", headers={"ETag": held.etag})


def _again(body: str, kept: Answer) -> Answer:
    # What was stored is what was sent, so the repeat's own body gives the large answer again.
    return Answer(kept.status, json_text.write(json_text.read(body)), kept.headers)


def _created(request: Request, plan: StoredPlan) -> Answer:
    # Relative to the call's own URL (RFC 9110, section 10.2.2), whatever stage or domain that has.
    return written(request, plan, 201, {"Location": f"plan/{urllib.parse.quote(plan.root.plan_id, safe='')}"})
