"""GET /v1/plan/es_data: indexed objects of all plans, by their id or by their parent's id."""

from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import page_answer, position
from payerworks.validation import query
from plans.index.search_models import IndexedObjectQuery
from plans.lookup.engine import engine
from plans.plan.document import absent


@http_operation(
    query="plans.index.search_models.IndexedObjectQuery",
    answers={200: "plans.index.search_models.IndexedObjects"},
    errors=(404,),
)
def handler(request: Request) -> Answer:
    params = query(IndexedObjectQuery, request)
    objects = engine().find_objects(request.tenant, params, position(request, params.cursor))
    if not objects and params.cursor is None:
        raise absent(params.id, "The index has no such object.")
    return page_answer(request, objects, params.limit, lambda hit: json_text.write(hit[0]), lambda hit: hit[1])
