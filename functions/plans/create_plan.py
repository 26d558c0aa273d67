"""POST /v1/plan: store a new plan."""

import urllib.parse

from payerworks import json_text
from payerworks.errors import Conflict
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.json_text import Json
from plans.changes.commit import commit, retry_on_conflict, write_answer
from plans.plan.models import check_plan
from plans.plan.stored_plan import StoredPlan, creation, version_of
from plans.storage import repository
from plans.storage.history import created_by, numbered_version, past_plan
from plans.storage.items import Author


@http_operation(
    body="plans.plan.models.Plan",
    answers={201: "plans.plan.models.Plan", 204: None},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key", "Prefer"),
    answer_headers={201: ("Change-Token", "ETag", "Location")},
)
def handler(request: Request) -> Answer:
    value = json_text.read(request.body())

    def run(seed: str, *, is_repeat: bool = False) -> Answer:
        plan = check_plan(value)
        return retry_on_conflict(lambda: _create(request, plan, seed, is_repeat))

    return idempotent(
        request,
        value,
        run,
        again=lambda first, _: _repeated(request, value["objectId"], first),
        resume=lambda seed: run(seed, is_repeat=True),
    )


def _create(request: Request, plan: dict[str, Json], seed: str, is_repeat: bool) -> Answer:
    root = repository.read_root(request.tenant, plan["objectId"])
    if root is not None and is_repeat:
        # An earlier try may have stored the plan without an answer, and others may have changed or deleted it since.
        # One that commits only now makes the commit below fail, and the next attempt finds it.
        version = created_by(root, seed)
        if version is not None:
            return _created(request, past_plan(request.tenant, plan["objectId"], version))
    if root is None or root.deleted:
        change = creation(request.tenant, plan, root, seed)
        return _created(request, commit(change, Author.of(request)))
    raise Conflict("A plan with this id exists.", headers={"ETag": root.etag})


def _repeated(request: Request, plan_id: str, first: Answer) -> Answer:
    # Not the repeated request's own body: its members may be in another order.
    version = numbered_version(request.tenant, plan_id, version_of(first.headers["ETag"]))
    return Answer(first.status, past_plan(request.tenant, plan_id, version).text, first.headers)


def _created(request: Request, plan: StoredPlan) -> Answer:
    # Relative to the request's URL (RFC 9110, section 10.2.2), so it needs neither stage nor domain.
    return write_answer(request, plan, 201, {"Location": f"plan/{urllib.parse.quote(plan.root.plan_id, safe='')}"})
