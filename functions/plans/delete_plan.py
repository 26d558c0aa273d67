"""DELETE /v1/plan/{id}: remove a plan from table, cache and index; its history stays."""

from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from plans.changes.commit import commit, matched_root, retry_on_conflict
from plans.plan.stored_plan import change_token, deletion
from plans.storage.items import Author


@http_operation(
    answers={200: "plans.plan.answers.DeletedPlan", 204: None},
    errors=(404, 412, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
    answer_headers={200: ("Change-Token",)},
)
def handler(request: Request) -> Answer:
    return retry_on_conflict(lambda: _delete(request, request.path("id")))


def _delete(request: Request, plan_id: str) -> Answer:
    change = deletion(matched_root(request, plan_id))
    tombstone = commit(change, Author.of(request)).root
    # A deleted plan has no ETag.
    body = json_text.write({"status": "deleted", "objectId": plan_id})
    return request.preferred(Answer(200, body, {"Change-Token": change_token(tombstone)}))
