"""DELETE /v1/plan/{id}: take a plan out of table, cache and index; its history stays."""

from payerworks import json_text
from payerworks.conditional import check_if_match
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation
from plans.changes.commit import commit, minimal_answer, retry_on_conflict
from plans.plan.stored_plan import deletion
from plans.storage import repository
from plans.storage.items import Author


@http_operation(
    answers={200: "plans.plan.answers.DeletedPlan", 204: None},
    errors=(404, 412, 428),
    headers=("If-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    return retry_on_conflict(lambda: _delete(request, request.path("id")))


def _delete(request: Request, plan_id: str) -> Answer:
    root = repository.read_root(request.tenant, plan_id)
    if root is None or root.deleted:
        check_if_match(request, None)
        raise NotFound("There is no plan with this id.")
    check_if_match(request, root.etag)
    answer = minimal_answer(commit(deletion(root), Author.of(request)).root)
    # There is nothing left for an ETag to be of.
    del answer.headers["ETag"]
    if not request.wants_minimal:
        answer.status, answer.text = 200, json_text.write({"status": "deleted", "objectId": plan_id})
        del answer.headers["Preference-Applied"]
    return answer
