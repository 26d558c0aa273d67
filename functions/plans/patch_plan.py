"""PATCH /v1/plan/{id}: change parts of a plan. A merge by object ids reads and writes only the parts it names."""

from collections.abc import Callable

from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.json_text import Json
from plans.changes.commit import (
    commit,
    commit_parts,
    matched_root,
    retry_on_conflict,
    write_answer,
    write_headers,
)
from plans.changes.json_patch import apply_json_patch
from plans.changes.merging import apply_merge_patch, merge_by_object_id, named_services
from plans.changes.service_patch import WholePlanNeeded, check_merged, service_patch
from plans.plan.models import check_plan, check_same_id
from plans.plan.stored_plan import StoredRoot, replacement
from plans.storage import repository
from plans.storage.items import Author

JSON = "application/json"
_APPLY: dict[str, Callable[[Json, Json], Json]] = {
    JSON: merge_by_object_id,
    "application/merge-patch+json": apply_merge_patch,
    "application/json-patch+json": apply_json_patch,
}


@http_operation(
    body="plans.plan.models.PlanPatch",
    body_types=tuple(_APPLY),
    answers={200: "plans.plan.models.Plan", 204: None},
    errors=(404, 409, 412, 413, 415, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
    answer_headers={200: ("Change-Token",)},
)
def handler(request: Request) -> Answer:
    media_type = request.media_type(*_APPLY)
    patch = json_text.read(request.body(media_type))
    return retry_on_conflict(lambda: _patch(request, request.path("id"), media_type, patch))


def _patch(request: Request, plan_id: str, media_type: str, patch: Json) -> Answer:
    root = matched_root(request, plan_id)
    if media_type == JSON:
        try:
            return _patch_parts(request, root, patch)
        except WholePlanNeeded:
            pass
    return _patch_whole(request, root, media_type, patch)


def _patch_parts(request: Request, root: StoredRoot, patch: Json) -> Answer:
    root = commit_parts(service_patch(root, patch), Author.of(request))
    if request.wants_minimal:
        return request.preferred(Answer(200, headers=write_headers(root)))
    # The version that this patch made, even if the plan has been changed or deleted since.
    return write_answer(request, repository.plan_of(root), 200)


def _patch_whole(request: Request, root: StoredRoot, media_type: str, patch: Json) -> Answer:
    stored = repository.plan_of(root)
    plan = _APPLY[media_type](stored.value, patch)
    if media_type == JSON:
        check_merged(plan, named_services(patch), {part.object_id for part in stored.services})
    else:
        check_plan(plan)
    check_same_id(plan, root.plan_id)
    change = replacement("patched", stored, plan)
    if change is not None:
        stored = commit(change, Author.of(request))
    return write_answer(request, stored, 200)
