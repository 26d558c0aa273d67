"""GET /v1/plan/es_data: the indexed objects with an id, or the children of those, whatever plan they are in."""

from payerworks import json_text
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import page_answer, position
from payerworks.validation import query
from plans.index import documents
from plans.index.search_models import IndexedObjectQuery


@http_operation(
    query="plans.index.search_models.IndexedObjectQuery",
    answers={200: "plans.index.search_models.IndexedObjects"},
    errors=(404,),
)
def handler(request: Request) -> Answer:
    wanted = query(IndexedObjectQuery, request)
    filters: dict[str, str | list[str]] = {"tenant": request.tenant}
    if wanted.parent_type is None:
        filters["objectId"] = wanted.id
    else:
        filters |= {"parentId": wanted.id, "kind": documents.RELATIONS[wanted.parent_type]}
    if wanted.plan is not None:
        filters["planId"] = wanted.plan
    found = documents.find_objects(filters, position(request, wanted.cursor), wanted.limit + 1)
    if not found and wanted.cursor is None:
        raise NotFound("The index has no such object.")
    return page_answer(request, found, wanted.limit, lambda hit: json_text.write(hit[0]), lambda hit: hit[1])
